import HTTPTypes
import JSONRPC

/// Headers that plugins may set on answers.
enum AnswerHeaders {
  /// The gateway's own business, or the connection's.
  private static let reserved: Set<String> = [
    "connection", "content-length", "date", "keep-alive", "server", "te", "trailer", "transfer-encoding", "upgrade", "x-request-id",
  ]

  /// - Parameter json: an object of names and texts; whatever else is in it is passed over.
  static func fields(_ json: JSON) -> HTTPFields {
    var fields = HTTPFields()
    for (name, value) in json.object?.members ?? [] {
      guard let text = value.string ?? value.int.map({ "\($0)" }), let field = HTTPField.Name(name), !reserved.contains(name.lowercased()),
        HTTPField.isValidValue(text)
      else { continue }
      fields[field] = text
    }
    return fields
  }
}
