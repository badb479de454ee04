import JSONRPC
import ModelKit

/// The body of a POST /v1/messages.
enum MessagesBody {
  /// The tool whose arguments are the reply when JSON is asked for: the API's only way to hold a model to a schema.
  static let replyTool = "reply"

  static func object(_ request: CompletionRequest, maxTokens: Int) -> JSONObject {
    let forcesReply = usesReplyTool(request)
    let messages = forcesReply ? request.messages : JSONInstruction.added(to: request.messages, for: request.format)
    var body: JSONObject = [
      "model": .string(request.model), "max_tokens": .int(request.maxTokens ?? maxTokens), "messages": .array(turns(messages)),
    ]
    let system = messages.filter { $0.role == .system }.map(\.text).joined(separator: "\n\n")
    if !system.isEmpty { body["system"] = .string(system) }
    // The API's range ends at 1.
    body["temperature"] = request.temperature.map { .double(min($0, 1)) }
    if !request.stop.isEmpty { body["stop_sequences"] = JSON(request.stop) }
    if case .schema(_, let schema, _) = request.format, forcesReply {
      body["tools"] = [["name": .string(replyTool), "description": "Gives the reply.", "input_schema": schema]]
      body["tool_choice"] = ["type": "tool", "name": .string(replyTool)]
    } else if !request.tools.isEmpty {
      body["tools"] = .array(
        request.tools.map { ["name": .string($0.name), "description": .string($0.summary), "input_schema": $0.parameters] })
      body["tool_choice"] = choice(request.toolChoice)
    }
    if request.wantsDeltas { body["stream"] = true }
    return body
  }

  /// Whether the reply comes as the arguments of a tool: for a schema of an object, when no other tools are offered.
  static func usesReplyTool(_ request: CompletionRequest) -> Bool {
    guard case .schema(_, let schema, _) = request.format else { return false }
    return request.tools.isEmpty && schema["type"] == "object"
  }

  /// User and assistant in turn; neighbours of one role become one message, as the API wants it.
  private static func turns(_ messages: [CompletionMessage]) -> [JSON] {
    var turns: [(role: String, blocks: [JSON])] = []
    for message in messages where message.role != .system {
      let role = message.role == .assistant ? "assistant" : "user"
      let blocks = self.blocks(message)
      guard !blocks.isEmpty else { continue }
      if let last = turns.indices.last, turns[last].role == role { turns[last].blocks += blocks } else { turns.append((role, blocks)) }
    }
    return turns.map { ["role": .string($0.role), "content": .array($0.blocks)] }
  }

  private static func blocks(_ message: CompletionMessage) -> [JSON] {
    if message.role == .tool {
      return [["type": "tool_result", "tool_use_id": JSON(message.toolCallID), "content": .string(message.text)]]
    }
    let calls = message.toolCalls.map { call -> JSON in
      ["type": "tool_use", "id": .string(call.id), "name": .string(call.name), "input": .object(call.arguments)]
    }
    // The API refuses blank text blocks.
    let isBlank = !message.text.contains { !$0.isWhitespace }
    return (isBlank ? [] : [["type": "text", "text": .string(message.text)]]) + calls
  }

  private static func choice(_ choice: CompletionRequest.ToolChoice) -> JSON {
    switch choice {
    case .automatic: ["type": "auto"]
    case .never: ["type": "none"]
    case .required: ["type": "any"]
    case .named(let name): ["type": "tool", "name": .string(name)]
    }
  }
}
