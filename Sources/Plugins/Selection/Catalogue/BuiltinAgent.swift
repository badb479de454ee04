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

  /// Text, then the lines that say what it offers: see ``DetailText``.
  var detail: String {
    """
    \(english)
    \(chinese)
    Skills: \(skills.joined(separator: ", "))
    Domains: \(domains.joined(separator: ", "))
    Languages: zh, en
    """
  }

  /// As a row of the collection `agent`.
  var row: JSONObject {
    [
      "agent_no": .string(number), "name": .string(name), "duty": .string(duty), "detail": .string(detail), "preview": .string(english),
      "avatar": "", "cost_per_min": "0.00",
    ]
  }
}
