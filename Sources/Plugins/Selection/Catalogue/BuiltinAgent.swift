import JSONRPC

/// An agent every installation begins with.
struct BuiltinAgent: Sendable {
  /// Its `agent_no`, by which it is known again.
  let number: String
  let name: String
  let duty: String
  /// What it does, in English and Chinese.
  let english: String
  let chinese: String
  let skills: [String]
  let domains: [String]
  /// Of the base score, until work has been seen.
  let performance: Double

  var draft: AgentDraft {
    AgentDraft(
      number: number, name: name, duty: duty, text: "\(english)\n\(chinese)", preview: english,
      offers: [(.skills, skills), (.domains, domains), (.languages, ["zh", "en"])])
  }

  /// As a row of the collection `agent`.
  var row: JSONObject { draft.row }
}
