/// One thing docs/PROTOCOL.md asks of every plugin, or of those with a capability, and how it is seen.
package struct Check: Sendable {
  /// Stable, for scripts: `frames.zero`.
  package let id: String
  /// Of docs/PROTOCOL.md.
  package let section: String
  /// What a conforming plugin does.
  package let title: String
  let body: @Sendable (Stage) async throws -> Void

  init(_ id: String, _ section: String, _ title: String, _ body: @escaping @Sendable (Stage) async throws -> Void) {
    self.id = id
    self.section = section
    self.title = title
    self.body = body
  }
}

/// The candidate did something else than the protocol says.
struct Disproof: Error {
  let expected: String
  let came: String
}

/// A check that does not apply, and why.
struct NotApplicable: Error {
  let reason: String
}
