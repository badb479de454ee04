import Foundation
import JSONRPC
import PluginKit
import PluginProtocol
import Synchronization
import TestSupport

@testable import Chat
@testable import Execution
@testable import Ingest
@testable import Projects
@testable import StorageSQLite

/// The router on real storage, with a model of the test's own and a tenant with a limit.
struct RouterHouse: Sendable {
  typealias Model = @Sendable (_ params: JSON, _ provider: String) async throws(RPCError) -> JSON

  static let tenant = "7b0c1d2e-0000-4000-8000-00000000000b"

  let storage: PluginHarness<StorageSQLitePlugin>
  private let folder: URL
  private let model: Model

  init(limit: Int64, model: @escaping Model) async throws {
    self.model = model
    folder = FileManager.default.temporaryDirectory.appending(path: "router-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    storage = try await PluginHarness(StorageSQLitePlugin.self, paths: ["state": folder.path])
    let tenants = CollectionSpec(
      "tenant", model: "Tenant", tenancy: .global, key: .uuid, fields: [.bigint("max_tokens_per_month", default: 500_000)])
    let contributed = [ChatPlugin.contributions, ProjectsPlugin.contributions, IngestPlugin.contributions, ExecutionMain.contributions]
    let collections = ([tenants] + contributed.flatMap(\.collections)).map(\.json)
    _ = try await storage.call("storage.migrate", ["collections": .array(collections)], system: true)
    try await transact([.insert(.init("tenant", ["id": .string(Self.tenant), "max_tokens_per_month": .int(limit)]))], system: true)
  }

  /// Another process of the plugin on the same storage.
  ///
  /// - Parameter models: what providers list; nil = they do not.
  func chat(_ config: JSONObject = [:], models: JSON? = nil) async throws -> PluginHarness<ChatPlugin> {
    try await PluginHarness(ChatPlugin.self, config: JSONObject([("attempts", 1)]).merging(config)) {
      method, params, meta throws(RPCError) in
      if method.hasPrefix("llm.complete@") { return try await model(params, String(method.dropFirst(13))) }
      if let models, method.hasPrefix("llm.models@") { return models }
      return try await storage.call(
        method, params, tenant: Self.tenant, operationID: meta["operation_id"].string ?? UUID().uuidString,
        system: meta["system"].bool ?? false)
    }
  }

  @discardableResult
  func transact(_ steps: [StorageStep], system: Bool = false) async throws -> [JSON] {
    let params: JSON = ["steps": .array(steps.map(\.json))]
    return try await storage.call(
      "storage.transact", params, tenant: system ? nil : Self.tenant, operationID: UUID().uuidString, system: system)["results"].array ?? []
  }

  func rows(_ collection: String, filter: [Condition] = []) async throws -> [JSON] {
    let read = StorageRead.select(.init(collection, filter: filter, limit: 1000))
    return try await storage.call("storage.read", read.json, tenant: Self.tenant)["rows"].array ?? []
  }

  func events(_ type: String) async throws -> [JSON] {
    let params: JSON = ["round": .null, "after": 0, "limit": 1000]
    let events = try await storage.call("storage.events", params, tenant: Self.tenant)["events"].array ?? []
    return events.filter { $0["type"].string == type }
  }

  /// A project with a conversation.
  func conversation() async throws -> JSON {
    try await transact([
      .insert(.init("project", ["name": "Bakery"], as: "project")),
      .insert(.init("conversation", ["project": StorageValue.ref("project")])),
    ])[1]["ids"][0]
  }

  func close() async throws {
    try await storage.shutdown()
    try FileManager.default.removeItem(at: folder)
  }

  /// A model that says nothing until its caller gives up.
  static func hang() async throws(RPCError) {
    let (silence, continuation) = AsyncStream.makeStream(of: Never.self)
    for await _ in silence {}
    continuation.finish()
    throw RPCError(.cancelled, "cancelled")
  }

  static func reply(_ text: String, read: Int64 = 10, written: Int64 = 5) -> JSON {
    [
      "text": .string(text), "model": "gpt-4o-mini", "finish_reason": "stop", "tool_calls": [],
      "usage": ["input_tokens": .int(read), "cached_tokens": 0, "output_tokens": .int(written), "reasoning_tokens": 0],
    ]
  }
}
