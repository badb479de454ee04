import JSONRPC

extension LibraryMatch {
  /// What speaks for the agent, one sentence a fact.
  var reasons: [String] {
    var reasons: [String] = []
    switch role {
    case .whole: reasons.append("Its duty is the role")
    case .word: reasons.append("Its duty shares a word with the role")
    case .none: break
    }
    if !matchedSkills.isEmpty { reasons.append("Knows \(matchedSkills.joined(separator: ", "))") }
    if !matchedDomains.isEmpty { reasons.append("Works in \(matchedDomains.joined(separator: ", "))") }
    return reasons
  }

  var riskNotes: [String] {
    (missingSkills.isEmpty ? [] : ["Missing skills: \(missingSkills.joined(separator: ", "))"])
      + (missingDomains.isEmpty ? [] : ["Missing domains: \(missingDomains.joined(separator: ", "))"])
  }

  func rationales(_ rules: LibraryRules) -> [String] {
    fields(rules).map {
      "\($0.name): \($0.matched.count) of \($0.matched.count + $0.missing.count) wanted (weight \(twoDecimals($0.weight)))"
    }
  }

  var matchedJSON: JSON { .object(JSONObject(fields().map { ($0.name, JSON($0.matched)) })) }

  var missingJSON: JSON { .object(JSONObject(fields().map { ($0.name, JSON($0.missing)) })) }

  var partialJSON: JSON { .object(JSONObject(fields().map { ($0.name, .double($0.coverage)) })) }

  private struct Field {
    let name: String
    let weight: Double
    let coverage: Double
    let matched: [String]
    let missing: [String]
  }

  /// The wanted ones.
  private func fields(_ rules: LibraryRules = LibraryRules()) -> [Field] {
    [
      Field(name: "skills", weight: rules.skills, coverage: skillCoverage, matched: matchedSkills, missing: missingSkills),
      Field(name: "domains", weight: rules.domains, coverage: domainCoverage, matched: matchedDomains, missing: missingDomains),
    ].filter { !$0.matched.isEmpty || !$0.missing.isEmpty }
  }
}
