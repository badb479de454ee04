import JSONRPC

extension DecidingFact {
  var json: JSON {
    switch self {
    case .namesAdded(let field, let names, let choice): Self.names("names_added", field, names, choice)
    case .namesRemoved(let field, let names, let choice): Self.names("names_removed", field, names, choice)
    case .faultsCleared(let severity, let count): ["fact": "faults_cleared", "severity": .string(severity), "count": .int(count)]
    case .performance(let from, let to): Self.number("performance", from, to)
    case .recognition(let from, let to): Self.number("recognition", from, to)
    case .requirementWeight(let from, let to): Self.number("requirement_weight", from, to)
    case .minFitThreshold(let from, let to): Self.number("min_fit_threshold", from, to)
    case .fitWeight(let name, let from, let to):
      ["fact": "fit_weight", "field": .string(name), "from": .double(from), "to": .double(to)]
    case .coldStartQuota(let from, let to): ["fact": "cold_start_quota", "from": .int(from), "to": .int(to)]
    case .promoteFitting(let from, let to): ["fact": "promote_fitting", "from": .bool(from), "to": .bool(to)]
    case .userChoice(let from, let to): ["fact": "user_choice", "from": JSON(from), "to": JSON(to)]
    }
  }

  private static func names(_ fact: String, _ field: RequirementField, _ names: [String], _ choice: [String]) -> JSON {
    [
      "fact": .string(fact), "field": .string(field.name), "count": .int(names.count), "names": JSON(names), "any_of": JSON(choice),
    ]
  }

  private static func number(_ fact: String, _ from: Double, _ to: Double) -> JSON {
    ["fact": .string(fact), "from": .double(from), "to": .double(to)]
  }

  /// As a person would say it.
  var text: String {
    switch self {
    case .namesAdded(let field, let names, let choice):
      "\(names.joined(separator: ", ")) among its \(field.name)" + (names.count < choice.count ? " (or as many other missing ones)" : "")
    case .namesRemoved(let field, let names, let choice):
      "no \(names.joined(separator: ", ")) among its \(field.name)" + (names.count < choice.count ? " (or as many other wanted ones)" : "")
    case .faultsCleared(let severity, let count): "\(count) \(severity) fault\(count == 1 ? "" : "s") fewer"
    case .performance(_, let to): "a performance of \(to)"
    case .recognition(_, let to): "a recognition of \(to)"
    case .requirementWeight(_, let to): "a requirement_weight of \(to)"
    case .minFitThreshold(_, let to): "a min_fit_threshold of \(to)"
    case .fitWeight(let name, _, let to): "a weight of \(to) for \(name)"
    case .coldStartQuota(_, let to): "\(to) slots for newcomers"
    case .promoteFitting(_, let to): "promote_fitting \(to ? "on" : "off")"
    case .userChoice(_, let to): to.map { "a user insisting on \($0)" } ?? "no user insisting on anyone"
    }
  }
}
