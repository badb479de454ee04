public import JSONRPC

/// A row of a plugin's table: a name and who serves it.
///
/// A handler throws `RPCError` for what the caller should see; anything else becomes `internal` and is logged. It is cancelled
/// when its caller gives up.
public struct Method: Sendable {
  enum Handler: Sendable {
    case async(@Sendable (Request) async throws -> [UInt8])
    case inline(@Sendable (Request) throws -> [UInt8])
    case atOnce(@Sendable (Request) -> [UInt8]?, otherwise: @Sendable (Request) async throws -> [UInt8])
  }

  /// `capability.verb`.
  public let name: String
  let handler: Handler

  private init(name: String, handler: Handler) {
    self.name = name
    self.handler = handler
  }

  /// - Parameters:
  ///   - name: `capability.verb`.
  ///   - handler: its result is an object.
  public init(_ name: String, _ handler: @escaping @Sendable (Request) async throws -> JSON) {
    self.init(name: name, handler: .async { request in try await handler(request).bytes })
  }

  /// A method whose result is finished JSON already.
  public static func raw(_ name: String, _ handler: @escaping @Sendable (Request) async throws -> [UInt8]) -> Method {
    Method(name: name, handler: .async(handler))
  }

  /// A method that needs microseconds and waits for nothing: it is answered on the event loop, without a task, and nothing else is
  /// served meanwhile.
  public static func inline(_ name: String, _ handler: @escaping @Sendable (Request) throws -> [UInt8]) -> Method {
    Method(name: name, handler: .inline(handler))
  }

  /// A method that can often answer within microseconds: then it does on the event loop, without a task.
  ///
  /// - Parameters:
  ///   - name: `capability.verb`.
  ///   - atOnce: must neither wait nor take long, for nothing else is served meanwhile; nil = it is not that easy this time.
  ///   - otherwise: serves the request when `atOnce` gave nil, and decides what is wrong with it. Its result is finished JSON.
  public static func raw(
    _ name: String, atOnce: @escaping @Sendable (Request) -> [UInt8]?, otherwise: @escaping @Sendable (Request) async throws -> [UInt8]
  ) -> Method {
    Method(name: name, handler: .atOnce(atOnce, otherwise: otherwise))
  }
}
