import Foundation
import JSONRPC
import PluginProtocol
import StorageConformance
import StorageKit
import StorageSQLite
import Synchronization
import UnixTransport

/// The engine on a file of its own, without a process around it.
final class EngineDriver: StorageDriver {
  let engine: StorageEngine
  let directory: URL
  let announced: Announced

  final class Announced: Sendable {
    private let list = Mutex<[JSON]>([])
    func add(_ events: [JSON]) { list.withLock { $0 += events } }
    var events: [JSON] { list.withLock { $0 } }
  }

  init(
    _ collections: [CollectionSpec] = ConformanceWorld.collections, clock: @escaping @Sendable () -> Int64 = { SystemTime.microseconds() }
  ) async throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "storage-\(UUID().uuidString)")
    let announced = Announced()
    self.announced = announced
    engine = try StorageEngine(StorageConfig(path: directory.path + "/test.db"), clock: clock) { announced.add($0) }
    _ = try await engine.migrate(["collections": .array(collections.map(\.json))])
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func call(_ method: String, _ params: JSON, as caller: DriverCaller) async throws(RPCError) -> JSON {
    let caller = StorageEngine.Caller(
      tenant: caller.tenant, isSystem: caller.isSystem, operationID: caller.operationID, collections: caller.collections)
    let bytes =
      switch method {
      case "storage.migrate": try await engine.migrate(params)
      // As the plugin does: at once where that is quick.
      case "storage.read": if let bytes = engine.readAtOnce(params, caller) { bytes } else { try await engine.read(params, caller) }
      case "storage.transact": try await engine.transact(params, bytes: params.bytes.count, caller)
      case "storage.lease": try await engine.lease(params)
      case "storage.renew": try await engine.renew(params)
      case "storage.release": try await engine.release(params)
      case "storage.job": try await engine.job(params)
      case "storage.events": try await engine.events(params, caller)
      case "storage.backup": try await engine.backup(params)
      case "storage.health": try await engine.health()
      default: throw RPCError(.methodNotFound, method)
      }
    do { return try JSON(parsing: bytes) } catch {
      throw RPCError(.internal, "\(method) gave \(String(decoding: bytes, as: UTF8.self)): \(error)")
    }
  }
}
