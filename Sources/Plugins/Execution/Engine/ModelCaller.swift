import JSONRPC
import PluginKit

/// Asks models, each call under its key in the journal: asked again after a crash it gets the recorded reply.
struct ModelCaller: Sendable {
  let host: PatientHost
  let context: RoundContext
  let callTime: Duration

  static let outputTokenLimit = 8_192

  /// Where a call belongs.
  struct Place: Sendable {
    var path: String
    var worker = Worker.house
    /// The inner round, for the provider.
    var attempt = 1
    /// The key's attempt.
    var journalAttempt = 1
  }

  /// One JSON object. A reply that cannot be read is asked for once more.
  ///
  /// - Parameter fallback: another reading of a reply that holds no JSON object.
  /// - Throws: ``TryFailure`` when no reply can be had or read, ``RoundEnd/failed(code:message:)`` when the quota is used up.
  func object(
    _ prompt: Prompt, _ place: Place, or fallback: (String) -> JSONObject? = { _ in nil }
  ) async throws -> (JSONObject, Usage) {
    let first = try await reply(prompt, prompt.messages, place, call: 1, usage: Usage())
    if let object = ModelJSON.object(in: first.text) ?? fallback(first.text) { return (object, first.usage) }
    let second = try await reply(prompt, prompt.messages(after: first.text), place, call: 2, usage: first.usage)
    if let object = ModelJSON.object(in: second.text) ?? fallback(second.text) { return (object, second.usage) }
    throw TryFailure(reason: "the model's \(prompt.purpose) reply is not a JSON object, also when asked again", usage: second.usage)
  }

  /// Plain text.
  func text(_ prompt: Prompt, _ place: Place) async throws -> (String, Usage) {
    try await reply(prompt, prompt.messages, place, call: 1, usage: Usage(), json: false)
  }

  private func reply(
    _ prompt: Prompt, _ messages: [JSON], _ place: Place, call: Int, usage: Usage, json: Bool = true
  ) async throws -> (text: String, usage: Usage) {
    let agent: JSON = ["id": .string(place.worker.agent.map(String.init) ?? ""), "name": .string(place.worker.name)]
    var params: JSONObject = [
      "alias": .string(prompt.alias), "purpose": .string(prompt.purpose), "messages": .array(messages),
      "temperature": .double(prompt.temperature), "max_tokens": .int(ModelCaller.outputTokenLimit),
      "response_format": json ? ["type": "json"] : .null, "attempt": .int(place.attempt), "seed": 0, "agent": agent,
      "project": .int(context.project), "round": .string(context.id),
      "journal": [
        "round": .string(context.id), "step": .string(place.path), "attempt": .int(place.journalAttempt), "call": .int(call),
      ],
    ]
    if context.options.modelMode != "live" { params["mode"] = .string(context.options.modelMode) }
    do {
      let answer = try await host.call("models.complete", .object(params), deadline: callTime)
      return (answer["text"].string ?? "", usage + ModelCaller.usage(of: answer))
    } catch let error as RPCError {
      guard error.code == .application else { throw error }
      let code = error.applicationCode ?? ""
      if code.hasPrefix("quota") { throw RoundEnd.failed(code: "quota_exceeded", message: error.message) }
      throw TryFailure(reason: "model call for \(prompt.purpose) failed: \(error.message) (\(code))", usage: usage)
    }
  }

  private static func usage(of answer: JSON) -> Usage {
    let tokens = (answer["usage"]["input_tokens"].int ?? 0) + (answer["usage"]["output_tokens"].int ?? 0)
    return Usage(tokens: tokens, microDollars: answer["cost_usd"].double.map(Usage.microDollars) ?? 0, calls: 1)
  }
}
