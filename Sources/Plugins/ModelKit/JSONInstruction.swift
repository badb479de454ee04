import JSONRPC

/// Asks for JSON in words, of a server that cannot be made to write it.
package enum JSONInstruction {
  /// The request with the instruction as part of its first system message.
  package static func added(to messages: [CompletionMessage], for format: CompletionRequest.Format) -> [CompletionMessage] {
    guard let text = text(for: format) else { return messages }
    var messages = messages
    if let index = messages.firstIndex(where: { $0.role == .system }) {
      messages[index].text += "\n\n" + text
    } else {
      messages.insert(CompletionMessage(.system, text), at: 0)
    }
    return messages
  }

  private static func text(for format: CompletionRequest.Format) -> String? {
    switch format {
    case .text: nil
    case .json: "Answer with one JSON object and nothing else."
    case .schema(_, let schema, _): "Answer with JSON that fits this JSON Schema, and nothing else:\n\(schema.text)"
    }
  }
}
