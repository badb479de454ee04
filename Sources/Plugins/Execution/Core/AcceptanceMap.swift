import JSONRPC

/// Which criteria each requirement is measured by (DECISIONS 23: every delivery standard becomes one that carries its id).
enum AcceptanceMap {
  /// How many criteria one requirement may have.
  static let criteriaLimit = 30

  /// The standards that were agreed for a requirement of the spec: by its source, else by position when planner and user count alike.
  static func standards(for requirement: Spec.Requirement, in spec: Spec, agreed: [AgreedRequirement]) -> [AgreedRequirement.Standard] {
    if let source = agreed.first(where: { .int($0.id) == requirement.sourceID || .string(String($0.id)) == requirement.sourceID }) {
      return source.standards
    }
    let named = spec.requirements.contains { !$0.sourceID.isNull }
    guard !named, spec.requirements.count == agreed.count, let index = spec.requirements.firstIndex(where: { $0.id == requirement.id })
    else {
      return []
    }
    return agreed[index].standards
  }

  /// The model's criteria, and one more for each standard that it left out.
  static func criteria(
    _ proposed: [Criterion], standards: [AgreedRequirement.Standard], requirement: String
  ) -> [Criterion] {
    var criteria: [Criterion] = []
    var ids: Set<String> = []
    for criterion in proposed.prefix(criteriaLimit) where ids.insert(criterion.id).inserted { criteria.append(criterion) }
    let named = Set(criteria.compactMap { $0.entry["delivery_standard_id"]?.int })
    var number = criteria.count
    for standard in standards where !named.contains(standard.id) {
      repeat { number += 1 } while ids.contains("\(requirement).\(number)")
      let id = "\(requirement).\(number)"
      ids.insert(id)
      criteria.append(
        Criterion(
          id: id, title: standard.content,
          entry: [
            "id": .string(id), "title": .string(standard.content), "description": .string(standard.content),
            "test_method": "inspection", "delivery_standard_id": .int(standard.id),
          ]))
    }
    return criteria
  }
}
