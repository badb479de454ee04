import JSONRPC
import ModelKit

/// Puts a reply together, from the pieces of a stream or from one whole answer.
struct ChatAssembly: Sendable {
  private struct Call {
    var id = ""
    var name = ""
    var arguments = ""
  }

  private let request: CompletionRequest
  private var text = ""
  private var model = ""
  private var finish: CompletionResult.Finish?
  private var calls: [Call] = []
  private var usage: TokenUsage?
  private var isOver = false

  private static let callLimit = 128

  init(_ request: CompletionRequest) { self.request = request }

  /// A piece of the stream.
  ///
  /// - Returns: what is new in it; nil = nothing will follow.
  /// - Throws: `llm_malformed`; what an error in the stream means.
  mutating func take(_ data: String) throws(RPCError) -> [CompletionDelta]? {
    guard data != "[DONE]" else {
      isOver = true
      return nil
    }
    guard let chunk = try? JSON(parsing: data), chunk.object != nil else {
      throw ModelFailure.malformed("a piece of the stream is not JSON")
    }
    if !chunk["error"].isNull { throw ModelFailure.error(.overloaded, "the server broke off with an error in its stream") }
    takeUsage(chunk)
    let choice = chunk["choices"][0]
    var deltas: [CompletionDelta] = []
    if let piece = choice["delta"]["content"].string, !piece.isEmpty {
      text += piece
      deltas.append(.text(piece))
    }
    for (place, part) in (choice["delta"]["tool_calls"].array ?? []).enumerated() { deltas.append(try take(part, place)) }
    try takeFinish(choice["finish_reason"])
    return deltas
  }

  /// A whole answer.
  mutating func take(whole answer: JSON) throws(RPCError) -> [CompletionDelta] {
    let message = answer["choices"][0]["message"]
    guard message.object != nil else { throw ModelFailure.malformed("the answer has no choices[0].message") }
    takeUsage(answer)
    text = message["content"].string ?? (message["content"].array ?? []).compactMap { $0["text"].string }.joined()
    for (place, part) in (message["tool_calls"].array ?? []).enumerated() { _ = try take(part, place) }
    try takeFinish(answer["choices"][0]["finish_reason"])
    // Servers that leave the reason out of a whole answer have finished it.
    finish = finish ?? (calls.isEmpty ? .stop : .toolCalls)
    return text.isEmpty ? [] : [.text(text)]
  }

  /// - Throws: `llm_malformed` when the stream ended before the reply did.
  func result() throws(RPCError) -> CompletionResult {
    guard let finish else { throw ModelFailure.malformed("the stream ended before the reply did") }
    var calls: [ToolCall] = []
    for (index, call) in self.calls.enumerated() {
      let id = call.id.isEmpty ? "call_\(index)" : call.id
      if let call = try ToolCall(id: id, name: call.name, written: call.arguments, finish) { calls.append(call) }
    }
    let reason = calls.isEmpty || finish != .stop ? finish : .toolCalls
    return CompletionResult(
      text: text, model: model.isEmpty ? request.model : model, finish: reason, usage: usage ?? estimate, toolCalls: calls)
  }

  private mutating func take(_ part: JSON, _ place: Int) throws(RPCError) -> CompletionDelta {
    // Some servers leave the index out of calls that come whole.
    let index = Int(clamping: part["index"].int ?? Int64(place))
    guard index >= 0, index < Self.callLimit, index <= calls.count else { throw ModelFailure.malformed("tool call \(index) out of order") }
    let isNew = index == calls.count
    if isNew { calls.append(Call()) }
    let (id, name) = (part["id"].string ?? "", part["function"]["name"].string ?? "")
    if calls[index].id.isEmpty { calls[index].id = id }
    calls[index].name += name
    let arguments = part["function"]["arguments"]
    let piece = arguments.string ?? (arguments.isNull ? "" : arguments.text)
    calls[index].arguments += piece
    return .toolCall(index: index, id: isNew ? calls[index].id : nil, name: isNew ? calls[index].name : nil, arguments: piece)
  }

  private mutating func takeFinish(_ reason: JSON) throws(RPCError) {
    switch reason.string {
    case nil: return
    case "stop", "eos", "end_turn": finish = .stop
    case "length", "max_tokens": finish = .length
    case "tool_calls", "function_call": finish = .toolCalls
    case "content_filter", "sensitive": finish = .contentFilter
    case "network_error", "error", "insufficient_system_resource": throw ModelFailure.error(.overloaded, "the server gave up in its reply")
    default: finish = .stop
    }
  }

  /// `usage`, its kinds made disjoint.
  private mutating func takeUsage(_ answer: JSON) {
    if let name = answer["model"].string, !name.isEmpty { model = name }
    let usage = answer["usage"]
    guard let prompt = usage["prompt_tokens"].int, let completion = usage["completion_tokens"].int else { return }
    let cached = usage["prompt_tokens_details"]["cached_tokens"].int ?? usage["prompt_cache_hit_tokens"].int ?? 0
    let reasoning = usage["completion_tokens_details"]["reasoning_tokens"].int ?? 0
    self.usage = TokenUsage(input: prompt - cached, cached: cached, output: completion - reasoning, reasoning: reasoning)
  }

  private var estimate: TokenUsage {
    let read = request.messages.reduce(Int64(0)) { $0 + 4 + TokenEstimate.tokens($1.text) }
    return TokenUsage(
      input: read, output: TokenEstimate.tokens(text) + calls.reduce(0) { $0 + TokenEstimate.tokens($1.arguments) }, isEstimate: true)
  }
}
