/// The weights of a requirement's fit, sum 1.
struct FitWeights: Sendable, Equatable {
  private let values: [String: Double]

  /// - Throws: ``SelectionError/requirementWeightsNotPositive``.
  init(_ weights: [NamedWeight]) throws(SelectionError) {
    let sum = weights.reduce(0.0) { $0 + $1.value }
    guard sum > 0 else { throw .requirementWeightsNotPositive }
    values = Dictionary(weights.map { ($0.name, $0.value / sum) }) { _, last in last }
  }

  /// Overrides keep the place of what they replace and new names come last, since the order of a sum shows in its last bit.
  static func merged(_ defaults: [NamedWeight], overrides: [NamedWeight]) -> [NamedWeight] {
    var merged = defaults
    for override in overrides {
      if let index = merged.firstIndex(where: { $0.name == override.name }) {
        merged[index].value = override.value
      } else {
        merged.append(override)
      }
    }
    return merged
  }

  /// Zero for what has no weight.
  subscript(_ field: RequirementField) -> Double { values[field.name] ?? 0 }

  var description: Double { values["description"] ?? 0 }
}
