import JSONRPC
import ModelKit

/// Puts a reply together, from the events of a stream or from one whole answer.
struct MessagesAssembly: Sendable {
  private struct Block {
    var text = ""
    /// Nil = text.
    var call: (id: String, name: String)?
    var isHidden = false
    /// The arguments as JSON text.
    var arguments = ""
  }

  private let request: CompletionRequest
  private let usesReplyTool: Bool
  private var model = ""
  private var blocks: [Block] = []
  private var finish: CompletionResult.Finish?
  private var usage: JSONObject = [:]

  private static let blockLimit = 1000

  init(_ request: CompletionRequest) {
    self.request = request
    usesReplyTool = MessagesBody.usesReplyTool(request)
  }

  /// An event of the stream.
  ///
  /// - Returns: what is new in it; nil = nothing will follow.
  /// - Throws: `llm_malformed`; what an error in the stream means.
  mutating func take(_ data: String) throws(RPCError) -> [CompletionDelta]? {
    guard let event = try? JSON(parsing: data), let type = event["type"].string else {
      throw ModelFailure.malformed("an event of the stream is not JSON")
    }
    switch type {
    case "message_start": takeHead(event["message"])
    case "content_block_start": return try start(event["content_block"], event["index"])
    case "content_block_delta": return try add(event["delta"], event["index"])
    case "message_delta":
      takeFinish(event["delta"]["stop_reason"])
      takeUsage(event["usage"])
    case "message_stop": return nil
    case "error":
      let code: ModelFailure.Code = event["error"]["type"] == "rate_limit_error" ? .rateLimited : .overloaded
      throw ModelFailure.error(code, "the server broke off with an error in its stream: \(event["error"]["type"].string ?? "")")
    default: break
    }
    return []
  }

  /// A whole answer.
  mutating func take(whole answer: JSON) throws(RPCError) -> [CompletionDelta] {
    guard let content = answer["content"].array else { throw ModelFailure.malformed("the answer has no content") }
    takeHead(answer)
    for (index, block) in content.enumerated() {
      _ = try start(block, .int(index))
      if block["input"].object != nil { blocks[index].arguments = block["input"].text }
    }
    takeFinish(answer["stop_reason"])
    let text = try result().text
    return text.isEmpty ? [] : [.text(text)]
  }

  /// - Throws: `llm_malformed` when the stream ended before the reply did.
  func result() throws(RPCError) -> CompletionResult {
    guard let finish else { throw ModelFailure.malformed("the stream ended before the reply did") }
    var text = blocks.filter { $0.call == nil && !$0.isHidden }.map(\.text).joined()
    var calls: [ToolCall] = []
    for block in blocks {
      guard let call = block.call else { continue }
      if usesReplyTool {
        text = block.arguments
      } else if let call = try ToolCall(id: call.id, name: call.name, written: block.arguments, finish) {
        calls.append(call)
      }
    }
    return CompletionResult(
      text: text, model: model.isEmpty ? request.model : model, finish: usesReplyTool && finish == .toolCalls ? .stop : finish,
      usage: tokens(text), toolCalls: calls)
  }

  private mutating func start(_ block: JSON, _ index: JSON) throws(RPCError) -> [CompletionDelta] {
    guard index.int == Int64(blocks.count), blocks.count < Self.blockLimit else { throw ModelFailure.malformed("a block out of order") }
    var new = Block(text: block["text"].string ?? "")
    switch block["type"].string {
    case "tool_use": new.call = (block["id"].string ?? "", block["name"].string ?? "")
    case "text": break
    default: new.isHidden = true
    }
    blocks.append(new)
    if let call = new.call, !usesReplyTool {
      return [.toolCall(index: callIndex(blocks.count - 1), id: call.id, name: call.name, arguments: "")]
    }
    return new.text.isEmpty || new.isHidden ? [] : [.text(new.text)]
  }

  private mutating func add(_ delta: JSON, _ index: JSON) throws(RPCError) -> [CompletionDelta] {
    guard let place = index.int.flatMap({ Int(exactly: $0) }), blocks.indices.contains(place) else {
      throw ModelFailure.malformed("a piece of a block that did not begin")
    }
    if let text = delta["text"].string {
      blocks[place].text += text
      return blocks[place].isHidden ? [] : [.text(text)]
    }
    guard let piece = delta["partial_json"].string, !piece.isEmpty else { return [] }
    blocks[place].arguments += piece
    return usesReplyTool ? [.text(piece)] : [.toolCall(index: callIndex(place), id: nil, name: nil, arguments: piece)]
  }

  /// The place of a block among the tool calls.
  private func callIndex(_ place: Int) -> Int { blocks[..<place].count { $0.call != nil } }

  private mutating func takeHead(_ message: JSON) {
    if let name = message["model"].string { model = name }
    takeUsage(message["usage"])
  }

  /// Later counts replace earlier ones.
  private mutating func takeUsage(_ json: JSON) {
    for (name, value) in json.object?.members ?? [] where value.int != nil { usage[name] = value }
  }

  private mutating func takeFinish(_ reason: JSON) {
    switch reason.string {
    case nil: return
    case "max_tokens", "model_context_window_exceeded": finish = .length
    case "tool_use": finish = .toolCalls
    case "refusal": finish = .contentFilter
    default: finish = .stop
    }
  }

  private func tokens(_ text: String) -> TokenUsage {
    guard let input = usage["input_tokens"]?.int, let output = usage["output_tokens"]?.int else {
      let read = request.messages.reduce(Int64(0)) { $0 + 4 + TokenEstimate.tokens($1.text) }
      return TokenUsage(input: read, output: TokenEstimate.tokens(text), isEstimate: true)
    }
    return TokenUsage(
      input: input, cached: usage["cache_read_input_tokens"]?.int ?? 0, cacheWrite: usage["cache_creation_input_tokens"]?.int ?? 0,
      output: output)
  }
}
