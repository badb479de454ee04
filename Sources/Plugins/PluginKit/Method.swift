public import JSONRPC

/// A row of a plugin's table: a name and who serves it.
///
/// A handler starts on the event loop and leaves it at its first `await` that waits: work that takes long without waiting belongs in
/// an actor or a `@concurrent` function. It is cancelled when its caller gives up.
public struct Method: Sendable {
  public let name: String
  let handle: @Sendable (Request) async throws -> [UInt8]

  private init(name: String, handle: @escaping @Sendable (Request) async throws -> [UInt8]) {
    self.name = name
    self.handle = handle
  }

  /// - Parameters:
  ///   - name: `capability.verb`.
  ///   - handler: throws ``RPCError`` for what the caller should see; anything else becomes `internal` and is logged.
  public init(_ name: String, _ handler: @escaping @Sendable (Request) async throws -> JSON) {
    self.init(name: name) { request in try await handler(request).bytes }
  }

  /// A method whose result is finished JSON already.
  public static func raw(_ name: String, _ handler: @escaping @Sendable (Request) async throws -> [UInt8]) -> Method {
    Method(name: name, handle: handler)
  }
}
