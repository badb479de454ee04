import JSONRPC
import ModelKit

/// The body of a POST /chat/completions.
enum ChatBody {
  static func object(_ request: CompletionRequest, _ dialect: ServerDialect) -> JSONObject {
    let (format, messages) = self.format(request, dialect)
    var body: JSONObject = ["model": .string(request.model), "messages": .array(messages.map(message))]
    body["response_format"] = format
    if dialect.takesTemperature { body["temperature"] = request.temperature.map(JSON.double) }
    body[dialect.takesMaxTokens ? "max_tokens" : "max_completion_tokens"] = request.maxTokens.map { .int($0) }
    if dialect.takesSeed { body["seed"] = request.seed.map { .int($0) } }
    if !request.stop.isEmpty { body["stop"] = JSON(request.stop) }
    if !request.tools.isEmpty {
      body["tools"] = .array(request.tools.map(tool))
      body["tool_choice"] = choice(request.toolChoice)
    }
    if request.wantsDeltas {
      body["stream"] = true
      if dialect.hasStreamOptions { body["stream_options"] = ["include_usage": true] }
    }
    return body
  }

  /// `response_format`, and the messages with the wish in words where the server has no better way.
  private static func format(_ request: CompletionRequest, _ dialect: ServerDialect) -> (JSON?, [CompletionMessage]) {
    let inWords = JSONInstruction.added(to: request.messages, for: request.format)
    switch (request.format, dialect.format) {
    case (.text, _): return (.none, request.messages)
    case (_, .words): return (.none, inWords)
    case (.json, _):
      // Servers refuse JSON mode when no message speaks of JSON.
      let isSaid = request.messages.contains { $0.text.lowercased().contains("json") }
      return (["type": "json_object"], isSaid ? request.messages : inWords)
    case (.schema, .jsonMode): return (["type": "json_object"], inWords)
    case (.schema(let name, let schema, let strict), .schema):
      let format: JSON = ["name": .string(name), "schema": schema, "strict": .bool(strict)]
      return (["type": "json_schema", "json_schema": format], request.messages)
    }
  }

  private static func message(_ message: CompletionMessage) -> JSON {
    var object: JSONObject = ["role": .string(message.role.rawValue), "content": .string(message.text)]
    if !message.toolCalls.isEmpty {
      if message.text.isEmpty { object["content"] = .null }
      object["tool_calls"] = .array(
        message.toolCalls.map { call in
          let function: JSON = ["name": .string(call.name), "arguments": .string(JSON.object(call.arguments).text)]
          return ["id": .string(call.id), "type": "function", "function": function]
        })
    }
    object["tool_call_id"] = message.toolCallID.map(JSON.string)
    return .object(object)
  }

  private static func tool(_ tool: CompletionRequest.Tool) -> JSON {
    let function: JSON = ["name": .string(tool.name), "description": .string(tool.summary), "parameters": tool.parameters]
    return ["type": "function", "function": function]
  }

  private static func choice(_ choice: CompletionRequest.ToolChoice) -> JSON {
    switch choice {
    case .automatic: "auto"
    case .never: "none"
    case .required: "required"
    case .named(let name): ["type": "function", "function": ["name": .string(name)]]
    }
  }
}
