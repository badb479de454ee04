package import JSONRPC

/// A piece of a reply under way: one line of the result's stream (docs/LLM.md, section 3).
package enum CompletionDelta: Sendable, Equatable {
  case text(String)
  /// A part of a tool call's arguments as JSON text; the first part of a call carries its id and name.
  case toolCall(index: Int, id: String?, name: String?, arguments: String)

  package var line: [UInt8] {
    var bytes = json.bytes
    bytes.append(0x0A)
    return bytes
  }

  private var json: JSON {
    switch self {
    case .text(let text): return ["text": .string(text)]
    case .toolCall(let index, let id, let name, let arguments):
      var call: JSONObject = ["index": .int(index), "arguments": .string(arguments)]
      if let id { call["id"] = .string(id) }
      if let name { call["name"] = .string(name) }
      return ["tool_call": .object(call)]
    }
  }

  /// Reads a line; nil = of a kind this version does not know.
  package init?(_ json: JSON) {
    if let text = json["text"].string {
      self = .text(text)
    } else if let index = json["tool_call"]["index"].int {
      let call = json["tool_call"]
      self = .toolCall(
        index: Int(clamping: index), id: call["id"].string, name: call["name"].string, arguments: call["arguments"].string ?? "")
    } else {
      return nil
    }
  }
}

/// Cuts a stream of deltas into lines again.
package struct CompletionDeltaReader: Sendable {
  private var pending: [UInt8] = []
  private static let lineLimit = 1 << 20

  package init() {}

  /// The deltas that are complete with these bytes.
  ///
  /// - Throws: `llm_malformed`.
  package mutating func take(_ bytes: [UInt8]) throws(RPCError) -> [CompletionDelta] {
    var deltas: [CompletionDelta] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      pending += rest[..<end]
      rest = rest[(end + 1)...]
      guard let json = try? JSON(parsing: pending) else { throw ModelFailure.malformed("a delta is not JSON") }
      pending = []
      if let delta = CompletionDelta(json) { deltas.append(delta) }
    }
    pending += rest
    guard pending.count <= Self.lineLimit else { throw ModelFailure.malformed("a delta is longer than \(Self.lineLimit) bytes") }
    return deltas
  }
}
