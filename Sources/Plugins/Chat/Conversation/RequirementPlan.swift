/// Which of the noted requirements are new and which change one that is there. Source: contract http.md, section 10.4.
struct RequirementPlan: Sendable {
  /// A requirement of the conversation, oldest first.
  struct Stored: Sendable, Equatable {
    let id: Int64
    let content: String
  }

  /// A stored requirement, or one this plan creates, by its place in ``created``.
  enum Place: Sendable, Hashable {
    case stored(Int64)
    case created(Int)
  }

  /// New rows in the model's order, as they are after the whole batch.
  private(set) var created: [RequirementItem] = []
  /// Stored rows with what they become, in the model's order.
  private(set) var updated: [(id: Int64, item: RequirementItem)] = []
  /// What the model refined, for the answer: rows created by this very batch may be among them.
  private(set) var refined: [Place] = []

  private static let prefixLength = 50

  /// For each item in turn: the requirement whose id it carries, else the oldest one whose content contains the first 50 code points
  /// of the new content, else a new one.
  init(_ items: [RequirementItem], stored: [Stored]) {
    for item in items {
      if let id = item.id, stored.contains(where: { $0.id == id }) {
        update(.stored(id), item)
      } else if let place = match(item.content, stored) {
        update(place, item)
      } else {
        created.append(item)
      }
    }
  }

  private func match(_ content: String, _ stored: [Stored]) -> Place? {
    let start = content.prefixScalars(RequirementPlan.prefixLength).lowercased()
    let current = stored.map { old in (Place.stored(old.id), updated.first { $0.id == old.id }?.item.content ?? old.content) }
    let new = created.enumerated().map { (Place.created($0.offset), $0.element.content) }
    return (current + new).first { $0.1.lowercased().contains(start) }?.0
  }

  private mutating func update(_ place: Place, _ item: RequirementItem) {
    switch place {
    case .created(let index): created[index] = item
    case .stored(let id):
      if let index = updated.firstIndex(where: { $0.id == id }) { updated[index].item = item } else { updated.append((id, item)) }
    }
    if !refined.contains(place) { refined.append(place) }
  }
}
