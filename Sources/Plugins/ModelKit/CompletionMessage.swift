package import JSONRPC

/// One message of a conversation with a model.
package struct CompletionMessage: Sendable, Equatable {
  package enum Role: String, Sendable {
    case system, user, assistant, tool
  }

  package var role: Role
  package var text: String
  /// What an assistant asked to have called.
  package var toolCalls: [ToolCall] = []
  /// On a tool's message: which call it answers.
  package var toolCallID: String?

  package init(_ role: Role, _ text: String) {
    self.role = role
    self.text = text
  }

  /// - Parameter path: the place in the params, for the error.
  init(_ json: JSON, _ path: String) throws(RPCError) {
    guard let role = json["role"].string.flatMap(Role.init) else {
      throw .malformed("\(path).role", "must be system, user, assistant or tool")
    }
    self.role = role
    switch json["content"] {
    case .string(let text): self.text = text
    case .null where role == .assistant: text = ""
    default: throw .malformed("\(path).content", "a text is needed")
    }
    toolCalls = try (json["tool_calls"].array ?? []).enumerated().map { index, call throws(RPCError) in
      try ToolCall(call, "\(path).tool_calls[\(index)]")
    }
    toolCallID = json["tool_call_id"].string
    guard role != .tool || toolCallID != nil else { throw .malformed("\(path).tool_call_id", "a text is needed") }
  }
}

/// A call the model asks for.
package struct ToolCall: Sendable, Equatable {
  package let id: String
  package let name: String
  package let arguments: JSONObject

  package init(id: String, name: String, arguments: JSONObject) {
    self.id = id
    self.name = name
    self.arguments = arguments
  }

  /// A call as a model wrote it.
  ///
  /// - Parameter written: the arguments as JSON text; empty = none.
  /// - Returns: nil for one that was cut off at the length limit.
  /// - Throws: `llm_malformed`: arguments are never guessed.
  package init?(id: String, name: String, written: String, _ finish: CompletionResult.Finish) throws(RPCError) {
    guard let arguments = written.isEmpty ? [:] : (try? JSON(parsing: written))?.object else {
      if finish == .length { return nil }
      throw ModelFailure.malformed("the arguments for \(name) are not JSON")
    }
    self.init(id: id, name: name, arguments: arguments)
  }

  init(_ json: JSON, _ path: String) throws(RPCError) {
    guard let id = json["id"].string, let name = json["name"].string, let arguments = json["arguments"].object else {
      throw .malformed(path, "{id, name, arguments} is needed, the arguments as an object")
    }
    self.init(id: id, name: name, arguments: arguments)
  }

  package var json: JSON { ["id": .string(id), "name": .string(name), "arguments": .object(arguments)] }
}
