import JSONRPC
import PluginKit
import PluginProtocol
import Synchronization

/// Embedded storage: one SQLite file in the state directory.
@main
struct StorageSQLitePlugin: Plugin {
  static let name = "hivecore-storage-sqlite"
  static let version = "1.0.0"
  static let contributions = PluginDescription(
    provides: ["storage"], methods: StorageMethods.specs,
    config: [
      ConfigKeySpec("path", "string", default: "$STATE/hivecore.db", "The database file."),
      ConfigKeySpec("readers", "integer", default: 2, "Connections that read."),
      ConfigKeySpec("group_limit", "integer", default: 256, "Transactions that share one commit at most."),
    ])

  private let config: StorageConfig
  private let start: PluginStart
  /// There once `$/ready` has opened the file.
  private let engine = EngineBox()

  init(start: PluginStart) throws {
    do {
      config = try StorageConfig(start.config, paths: start.paths)
    } catch {
      throw PluginExit.configuration(error.message)
    }
    self.start = start
  }

  var methods: [Method] { StorageMethods.table(engine) }

  func ready() async throws {
    let host = start.host
    do {
      engine.set(try StorageEngine(config) { events in host.notify("storage.committed", ["events": .array(events)]) })
    } catch {
      throw PluginExit.configuration(error.message)
    }
  }

  /// Tidies up every ten minutes.
  func run() async throws {
    let engine = try engine.get()
    while !Task.isCancelled {
      do {
        try await engine.prune()
      } catch {
        start.log.warning("old operations cannot be removed", ["error": error.message])
      }
      try await Task.sleep(for: .seconds(600))
    }
  }

  func drain() async { try? engine.get().signals.close() }

  func rest() async { try? engine.get().releaseCaches() }
}

/// The engine, absent until the plugin is ready.
final class EngineBox: Sendable {
  private let engine = Mutex<StorageEngine?>(nil)

  func set(_ engine: StorageEngine) { self.engine.withLock { $0 = engine } }

  func get() throws(RPCError) -> StorageEngine {
    guard let engine = engine.withLock({ $0 }) else { throw RPCError(.unavailable, "storage is not ready yet", data: ["retryable": true]) }
    return engine
  }
}
