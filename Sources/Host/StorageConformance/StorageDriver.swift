package import JSONRPC
package import PluginProtocol

/// A storage driver under test: it answers the methods of docs/PROTOCOL.md, section 8.
package protocol StorageDriver: Sendable {
  func call(_ method: String, _ params: JSON, as caller: DriverCaller) async throws(RPCError) -> JSON
}

/// What the host would stamp on a call.
package struct DriverCaller: Sendable {
  package var tenant: String?
  package var isSystem = false
  package var operationID: String?
  /// Nil = any.
  package var collections: CollectionGrant?

  package init(tenant: String?, isSystem: Bool = false, operationID: String? = nil, collections: CollectionGrant? = nil) {
    self.tenant = tenant
    self.isSystem = isSystem
    self.operationID = operationID
    self.collections = collections
  }

  package static let system = DriverCaller(tenant: nil, isSystem: true)
  package static func tenant(_ id: String) -> DriverCaller { DriverCaller(tenant: id) }
}

/// The driver did something else than the model, or than the contract says.
package struct ConformanceFailure: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

extension StorageDriver {
  package func read(_ read: JSON, as caller: DriverCaller) async throws(RPCError) -> JSON {
    try await call("storage.read", read, as: caller)
  }

  package func transact(_ steps: [JSON], as caller: DriverCaller) async throws(RPCError) -> JSON {
    try await call("storage.transact", ["steps": .array(steps)], as: caller)
  }

  /// The error a call ends in, or nil when it succeeds.
  package func failure(_ method: String, _ params: JSON, as caller: DriverCaller) async -> RPCError? {
    do {
      _ = try await call(method, params, as: caller)
      return nil
    } catch {
      return error
    }
  }
}

/// Fails with a text that says where.
func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws(ConformanceFailure) {
  guard condition else { throw ConformanceFailure(what()) }
}
