import JSONRPC
import PluginProtocol

/// One scripted reply and when it is played (docs/OFFLINE.md, section 3).
struct ScenarioRule: Sendable {
  struct Match: Sendable {
    var purpose: String?
    var attempt: Int?
    var model: String?
    var requirement: String?
    var contains: String?
    /// Counted among the requests for which the rest holds.
    var nth: Int?
  }

  enum Reply: Sendable {
    case text(String)
    case toolCalls(JSON)
    case error(RPCError)
  }

  let match: Match
  let delay: Duration
  /// Nil = the model answers as usual, after the delay.
  let reply: Reply?

  /// Whether all of the match but `nth` holds.
  func holds(for prompt: Prompt) -> Bool {
    func equal<T: Equatable>(_ wanted: T?, _ given: T?) -> Bool { wanted == nil || wanted == given }
    return equal(match.purpose, prompt.purpose) && equal(match.attempt, prompt.attempt) && equal(match.model, prompt.model)
      && equal(match.requirement, prompt.requirementID)
      && (match.contains.map { text in prompt.texts.contains { $0.contains(text) } } ?? true)
  }
}

extension ScenarioRule {
  init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    match = try Match(json: reader.json("match") ?? [:], path: reader.at("match"))
    let milliseconds = try reader.int("delay_ms") ?? 0
    guard (0...600_000).contains(milliseconds) else { throw SpecError(reader.at("delay_ms"), "must be 0 to 600000") }
    delay = .milliseconds(milliseconds)
    let replyPath = reader.at("reply")
    if let given = reader.json("reply") { reply = try Reply(json: given, path: replyPath) } else { reply = nil }
    try reader.finish()
  }
}

extension ScenarioRule.Match {
  init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    purpose = try reader.string("purpose")
    attempt = try reader.int("attempt")
    model = try reader.string("model")
    requirement = try reader.string("requirement")
    contains = try reader.string("contains")
    nth = try reader.int("nth")
    try reader.finish()
  }
}

extension ScenarioRule.Reply {
  init(json: JSON, path: String) throws(SpecError) {
    guard let object = json.object, object.count == 1, let member = object.members.first else {
      throw SpecError(path, "must hold exactly one of text, json, malformed, tool_calls and error")
    }
    switch (member.name, member.value) {
    case ("text", .string(let text)): self = .text(text)
    case ("json", let value): self = .text(value.text)
    case ("malformed", .bool(true)): self = .text("```json\n{\"broken\": [1, 2, {\"never\": clo")
    case ("tool_calls", .array(let calls)): self = .toolCalls(.array(calls))
    case ("error", let value):
      var reader = try SpecReader(value, "\(path).error")
      let code = try reader.require("code")
      guard code.hasPrefix("llm_") else { throw SpecError(reader.at("code"), "\(code) is not an error of llm") }
      let message = try reader.string("message") ?? "scripted \(code)"
      var more: JSONObject = [:]
      more["retry_after_ms"] = try reader.int("retry_after_ms").map { .int($0) }
      more["retryable"] = .bool(try reader.bool("retryable") || ["llm_rate_limited", "llm_overloaded", "llm_timeout"].contains(code))
      try reader.finish()
      self = .error(.application(code, status: 502, message, more: more))
    default: throw SpecError("\(path).\(member.name)", "is not a reply")
    }
  }
}
