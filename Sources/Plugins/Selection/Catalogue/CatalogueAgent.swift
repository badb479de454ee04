import JSONRPC

/// A row of the collection `agent`.
struct CatalogueAgent: Sendable, Equatable {
  let id: Int64
  let name: String
  let number: String
  let duty: String
  let detail: String
  let avatar: String
  let costPerMinute: Double
  /// Everybody's; else of one tenant.
  let isSystem: Bool

  /// - Returns: nil for a row without key.
  init?(row: JSON) {
    guard let id = row["id"].int else { return nil }
    self.id = id
    name = row["name"].string ?? ""
    number = row["agent_no"].string ?? ""
    duty = row["duty"].string ?? ""
    detail = row["detail"].string ?? ""
    avatar = row["avatar"].string ?? ""
    costPerMinute = row["cost_per_min"].string.flatMap(Double.init) ?? 0
    isSystem = row["is_system"].bool ?? false
  }
}

extension CatalogueAgent {
  /// Made by the house: out of a suggestion (`metaso_…`), or because nobody fitted (`agent-` and six digits).
  var isGenerated: Bool {
    number.hasPrefix("metaso_")
      || (number.hasPrefix(SpawnedAgent.prefix) && number.count == SpawnedAgent.prefix.count + SpawnedAgent.digitCount
        && number.dropFirst(SpawnedAgent.prefix.count).allSatisfy(\.isHexDigit))
  }
}

extension AgentProfile {
  /// The profile of a catalogue agent that has not worked for the tenant yet.
  ///
  /// System agents are official (brand 1) and no newcomers; their performance is that of the bundled agent with the same number, 0.75 for
  /// others. A tenant's own agents begin as newcomers in the middle, generated ones with the mark of that.
  init(_ agent: CatalogueAgent, _ vocabulary: Vocabulary = .standard) {
    self.init(id: String(agent.id), name: agent.name)
    if agent.isSystem {
      staticScore.performance = BuiltinAgents.performance[agent.number] ?? 0.75
      staticScore.brandCertified = 1
    } else {
      staticScore.metasoGenerated = agent.isGenerated ? 1 : 0
      isColdStart = true
    }
    capabilities = Capabilities(duty: agent.duty, detail: DetailText(agent.detail), vocabulary)
  }
}

extension AgentProfile.Capabilities {
  /// Skills: the listed ones and the tags; without a list those named in the prose. Domains: the listed ones; without a list those the
  /// skills and the words of the duty stand for. Languages: the listed ones, else Chinese and English.
  init(duty: String, detail: DetailText, _ vocabulary: Vocabulary) {
    let prose = "\(duty)\n\(detail.prose)"
    let skills = (detail[.skills] ?? vocabulary.skills(namedIn: prose)).union(detail[.tags] ?? [])
    names[.skills] = skills
    let dutyWords = duty.split { !$0.isLetter && !$0.isNumber }.map { Term(String($0)) }
    names[.domains] = detail[.domains] ?? Set((skills + dutyWords).compactMap { vocabulary.knownDomain($0) })
    names[.languages] = detail[.languages] ?? ["zh", "en"]
    names[.tools] = detail[.tools] ?? []
    names[.regions] = detail[.regions] ?? []
    names[.complianceTags] = detail[.compliance] ?? []
    certifications = detail[.certifications] ?? []
    description = prose
  }
}

extension Vocabulary {
  /// The core skills whose own name stands in a text as a word; names of less than three letters, such as `go`, are too common to count.
  func skills(namedIn text: String) -> Set<Term> {
    let words = Set(text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }.map { Term($0.lowercased()) })
    return Set(coreSkills.filter { $0.text.count >= 3 && words.contains($0) })
  }
}
