import Catalogue
import JSONRPC
import PluginProtocol

/// The host's own rows through the storage capability: no tenant, no SQL.
struct IdentityStore: Sendable {
  private let plugins: any PluginCaller

  init(_ plugins: any PluginCaller) { self.plugins = plugins }

  func read(_ read: StorageRead, _ requestID: String) async throws(RPCError) -> JSON {
    try await plugins.call("storage.read", read.json, .system(requestID))
  }

  /// - Returns: the results of the steps.
  @discardableResult
  func transact(_ steps: [StorageStep], _ requestID: String) async throws(RPCError) -> [JSON] {
    let operation = "host:\(RandomText.hex(byteCount: 16))"
    let reply: JSON = try await plugins.call(
      "storage.transact", ["steps": .array(steps.map(\.json))], .system(requestID, operationID: operation))
    return reply["results"].array ?? []
  }

  func row(_ collection: String, _ filter: [Condition], _ shape: ShapeReference, _ requestID: String) async throws(RPCError) -> JSON? {
    let reply = try await read(.get(.init(collection, filter: filter, shape: shape)), requestID)
    guard !reply["row"].isNull else { return nil }
    return reply["row"]
  }
}
