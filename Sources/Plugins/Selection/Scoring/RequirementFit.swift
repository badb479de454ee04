/// How far an agent covers a requirement, and why.
struct RequirementFit: Sendable, Equatable {
  /// One wanted field.
  struct Field: Sendable, Equatable {
    let field: RequirementField
    let weight: Double
    /// Share of the wanted names, as it counted.
    let coverage: Double
    /// In code point order.
    let matched: [String]
    let missing: [String]
    let writtenCount: Int
  }

  struct Description: Sendable, Equatable {
    let weight: Double
    let coverage: Double
  }

  let score: Double
  let fields: [Field]
  /// Nil when neither side has a text, or texts have no weight.
  let description: Description?
  let similarCases: [String]

  /// One sentence a fact.
  var rationales: [String] {
    var sentences = fields.map { field in
      "\(field.field.name): \(field.matched.count) of \(field.writtenCount) wanted (weight \(twoDecimals(field.weight)))"
        + (field.coverage == 0 && !field.matched.isEmpty ? ", not counted without a skill" : "")
    }
    if let description, description.coverage > 0 {
      sentences.append(
        "description: shares \(twoDecimals(description.coverage)) of the keywords (weight \(twoDecimals(description.weight)))")
    }
    if !similarCases.isEmpty { sentences.append("Similar cases: \(similarCases.joined(separator: ", "))") }
    return sentences
  }

  /// One note for each field with names missing.
  var gapNotes: [String] {
    fields.filter { !$0.missing.isEmpty }.map { "Missing \($0.field.name): \($0.missing.joined(separator: ", "))" }
  }
}
