import Catalogue
import Foundation
import JSONRPC
import PluginKit
import PluginProtocol
import TestSupport

@testable import Projects
@testable import StorageSQLite

/// The real storage and the real methods of projects, behind their own sockets; only the router between them is played.
final class HarnessPlugins: PluginCaller {
  let storage: PluginHarness<StorageSQLitePlugin>
  private let folder: URL
  private let projects: TenantProjects

  init(_ catalogue: LiveCatalogue) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "gateway-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let storage = try await PluginHarness(StorageSQLitePlugin.self, paths: ["state": folder.path])
    let collections = catalogue.snapshot.collections.map(\.json)
    _ = try await storage.call("storage.migrate", ["collections": .array(collections)], system: true)
    self.storage = storage
    projects = TenantProjects(storage: storage)
  }

  func close() async throws {
    try await projects.close()
    try await storage.shutdown()
    try FileManager.default.removeItem(at: folder)
  }

  func call(_ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError) -> [UInt8] {
    guard let json = try? JSON(parsing: params) else { throw RPCError(.parse, "malformed params") }
    if method.hasPrefix("projects.") { return try await projects.call(method, json, context).bytes }
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

/// The plugin once a tenant, so that each knows on whose behalf it calls storage: what the router does by causes.
private actor TenantProjects {
  private let storage: PluginHarness<StorageSQLitePlugin>
  private var byTenant: [String: PluginHarness<ProjectsPlugin>] = [:]

  init(storage: PluginHarness<StorageSQLitePlugin>) { self.storage = storage }

  func call(_ method: String, _ params: JSON, _ context: CallContext) async throws(RPCError) -> JSON {
    let plugin: PluginHarness<ProjectsPlugin>
    do { plugin = try await harness(context.tenant ?? "") } catch { throw RPCError(.unavailable, "\(error)") }
    return try await plugin.call(method, params, tenant: context.tenant, operationID: context.operationID)
  }

  private func harness(_ tenant: String) async throws -> PluginHarness<ProjectsPlugin> {
    if let known = byTenant[tenant] { return known }
    let storage = storage
    let made = try await PluginHarness(ProjectsPlugin.self) { method, params, meta throws(RPCError) in
      try await storage.call(method, params, tenant: tenant, operationID: meta["operation_id"].string)
    }
    byTenant[tenant] = made
    return made
  }

  func close() async throws { for plugin in byTenant.values { try await plugin.shutdown() } }
}
