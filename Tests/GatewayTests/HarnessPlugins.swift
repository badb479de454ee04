import Catalogue
import Foundation
import JSONRPC
import PluginKit
import PluginProtocol
import TestSupport

@testable import StorageSQLite

/// The real storage behind its own socket; only the router before it is played.
final class HarnessPlugins: PluginCaller {
  let storage: PluginHarness<StorageSQLitePlugin>
  private let folder: URL

  init(_ catalogue: LiveCatalogue) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "gateway-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let storage = try await PluginHarness(StorageSQLitePlugin.self, paths: ["state": folder.path])
    let collections = catalogue.snapshot.collections.map(\.json)
    _ = try await storage.call("storage.migrate", ["collections": .array(collections)], system: true)
    self.storage = storage
  }

  func close() async throws {
    try await storage.shutdown()
    try FileManager.default.removeItem(at: folder)
  }

  func call(_ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError) -> [UInt8] {
    guard let json = try? JSON(parsing: params) else { throw RPCError(.parse, "malformed params") }
    return try await storage.call(
      method, json, tenant: context.tenant, principal: context.principal?.json ?? .null, operationID: context.operationID,
      system: context.system
    ).bytes
  }

  func upload(
    _ method: String, _ params: [UInt8], _ context: CallContext, chunks: some AsyncSequence<[UInt8], any Error> & Sendable
  ) async throws(RPCError) -> [UInt8] { throw RPCError(.unavailable, "no uploads here") }

  func download(_ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError) -> any PluginDownload {
    throw RPCError(.unavailable, "no downloads here")
  }
}
