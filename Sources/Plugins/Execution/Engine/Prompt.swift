import JSONRPC

/// A question to a model, written as docs/OFFLINE.md, section 1 says.
struct Prompt: Sendable {
  var purpose: String
  /// `default`, `design`, `code` or `qa`.
  var alias: String
  var temperature: Double
  /// What the reply must be.
  var instruction: String
  var prose: String
  var input: JSONObject

  var messages: [JSON] {
    [["role": "system", "content": .string(instruction)], ["role": "user", "content": .string("\(prose)\n\n\(block)")]]
  }

  /// The same question after a reply that could not be read.
  func messages(after reply: String) -> [JSON] {
    let complaint =
      "That reply could not be read as one JSON object. Answer again with the JSON object only, complete and without comments."
    return messages + [
      ["role": "assistant", "content": .string(String(reply.prefix(8_000)))],
      ["role": "user", "content": .string("\(complaint)\n\n\(prose)\n\n\(block)")],
    ]
  }

  private var block: String { "```json\n\(JSON.object(input).text)\n```" }
}
