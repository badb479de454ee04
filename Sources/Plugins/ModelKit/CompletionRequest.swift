package import JSONRPC

/// The params of an `llm.complete`, read (docs/LLM.md, section 1).
package struct CompletionRequest: Sendable {
  /// What the reply's text must be.
  package enum Format: Sendable, Equatable {
    case text
    /// One JSON object.
    case json
    /// One JSON value that fits a JSON Schema.
    case schema(name: String, schema: JSON, strict: Bool)
  }

  /// A function the model may ask to have called; `parameters` is a JSON Schema.
  package struct Tool: Sendable, Equatable {
    package let name: String
    package let summary: String
    package let parameters: JSON
  }

  package enum ToolChoice: Sendable, Equatable {
    case automatic, never, required
    case named(String)
  }

  package var model: String
  package var messages: [CompletionMessage]
  package var tools: [Tool] = []
  package var toolChoice = ToolChoice.automatic
  package var format = Format.text
  package var temperature: Double?
  package var maxTokens: Int?
  package var seed: Int64?
  package var stop: [String] = []
  /// The caller wants the text in pieces as it comes.
  package var wantsDeltas = false

  private static let messageLimit = 10_000
  private static let toolLimit = 128
  private static let stopLimit = 8

  /// - Throws: `invalid_params` that names the member.
  package init(_ params: JSON) throws(RPCError) {
    guard params["model"].isNull || params["model"].string != nil else { throw .malformed("model", "must be a text") }
    model = params["model"].string ?? ""
    guard let messages = params["messages"].array, !messages.isEmpty, messages.count <= Self.messageLimit else {
      throw .malformed("messages", "a list of at least one {role, content} is needed")
    }
    self.messages = try messages.enumerated().map { index, json throws(RPCError) in try CompletionMessage(json, "messages[\(index)]") }
    if !params["tools"].isNull { tools = try Self.tools(params["tools"]) }
    toolChoice = try Self.choice(params["tool_choice"], of: tools)
    format = try Self.format(params["response_format"])
    temperature = try Self.number(params["temperature"], "temperature", 0...2)
    maxTokens = try Self.number(params["max_tokens"], "max_tokens", 1...10_000_000).map { Int($0) }
    if !params["seed"].isNull {
      guard let seed = params["seed"].int else { throw .malformed("seed", "must be an integer") }
      self.seed = seed
    }
    let stops = params["stop"].string.map { [JSON.string($0)] } ?? params["stop"].array ?? []
    stop = stops.compactMap(\.string).filter { !$0.isEmpty }
    guard stop.count == stops.count, stop.count <= Self.stopLimit, params["stop"].isNull || !stops.isEmpty else {
      throw .malformed("stop", "must be a text or a list of 1 to \(Self.stopLimit) texts")
    }
    guard params["deltas"].isNull || params["deltas"].bool != nil else { throw .malformed("deltas", "must be true or false") }
    wantsDeltas = params["deltas"].bool ?? false
  }

  private static func tools(_ json: JSON) throws(RPCError) -> [Tool] {
    guard let items = json.array, items.count <= toolLimit else { throw .malformed("tools", "must be a list of at most \(toolLimit)") }
    return try items.enumerated().map { index, item throws(RPCError) in
      guard let name = item["name"].string, !name.isEmpty else { throw .malformed("tools[\(index)].name", "a text is needed") }
      let parameters = item["parameters"]
      guard parameters.isNull || parameters.object != nil else { throw .malformed("tools[\(index)].parameters", "must be a JSON Schema") }
      return Tool(
        name: name, summary: item["description"].string ?? "",
        parameters: parameters.isNull ? ["type": "object", "properties": [:]] : parameters)
    }
  }

  private static func choice(_ json: JSON, of tools: [Tool]) throws(RPCError) -> ToolChoice {
    if let name = json["name"].string {
      guard tools.contains(where: { $0.name == name }) else { throw .malformed("tool_choice", "\(name) is none of the tools") }
      return .named(name)
    }
    switch json {
    case .null, "auto": return .automatic
    case "none": return .never
    case "required": return .required
    default: throw .malformed("tool_choice", "must be auto, none, required or {\"name\": tool}")
    }
  }

  private static func format(_ json: JSON) throws(RPCError) -> Format {
    switch json["type"] {
    case .null where json.isNull, "text": return .text
    case "json": return .json
    case "json_schema":
      guard json["schema"].object != nil else { throw .malformed("response_format.schema", "a JSON Schema is needed") }
      return .schema(name: json["name"].string ?? "reply", schema: json["schema"], strict: json["strict"].bool ?? false)
    default: throw .malformed("response_format.type", "must be text, json or json_schema")
    }
  }

  private static func number(_ json: JSON, _ name: String, _ range: ClosedRange<Double>) throws(RPCError) -> Double? {
    if json.isNull { return nil }
    guard let value = json.double, range.contains(value) else {
      throw .malformed(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}

extension RPCError {
  static func malformed(_ member: String, _ reason: String) -> RPCError { RPCError(.invalidParams, "\(member): \(reason)") }
}
