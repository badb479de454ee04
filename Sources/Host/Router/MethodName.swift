/// A method's address: `storage.read`, or `llm.complete@llm-offline` for one provider of it.
struct MethodName: Sendable, Equatable {
  /// Without the provider.
  let name: String
  /// What stands before the first dot.
  let capability: String
  /// The plugin after the `@`.
  let provider: String?

  /// As it was written.
  var text: String { provider.map { "\(name)@\($0)" } ?? name }

  /// - Returns: nil for text that is no address.
  init?(_ text: String) {
    let bytes = text.utf8
    let at = bytes.firstIndex(of: UInt8(ascii: "@"))
    let end = at ?? text.endIndex
    guard let dot = bytes[..<end].firstIndex(of: UInt8(ascii: ".")), dot > text.startIndex, bytes.index(after: dot) < end else {
      return nil
    }
    name = at == nil ? text : String(text[..<end])
    capability = String(text[..<dot])
    provider = at.map { String(text[bytes.index(after: $0)...]) }
    if provider?.isEmpty == true { return nil }
  }
}
