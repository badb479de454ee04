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
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let dot = first.firstIndex(of: "."), dot > first.startIndex, first.index(after: dot) < first.endIndex,
      parts.count == 1 || !parts[1].isEmpty
    else { return nil }
    name = String(first)
    capability = String(first[..<dot])
    provider = parts.count == 2 ? String(parts[1]) : nil
  }
}
