package import Catalogue
import JSONRPC
package import Logging
import PluginProtocol
import ServiceLifecycle

/// Throws away what has served its time: spent refresh tokens and remembered Idempotency-Keys.
package struct IdentityUpkeep: Sendable {
  static let interval = Duration.seconds(3600)
  static let idempotencyLife = Duration.seconds(24 * 3600)

  private let store: IdentityStore
  private let clock: WallClock
  private let logger: Logger

  package init(plugins: any PluginCaller, clock: WallClock = .system, logger: Logger) {
    store = IdentityStore(plugins)
    self.clock = clock
    self.logger = logger
  }

  /// Cleans up every hour until the host shuts down; an hour in which storage does not answer is made up for by the next.
  package func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: IdentityUpkeep.interval)) != nil {
        do throws(RPCError) {
          try await purge()
        } catch {
          logger.warning("identity upkeep failed", metadata: ["code": "\(error.code.rawValue)"])
        }
      }
    }
  }

  func purge() async throws(RPCError) {
    let now = clock.seconds()
    let before = { (field: String, seconds: Int) in
      Condition.compare(field: field, op: .lt, value: .string(WireDate.text(seconds: seconds)))
    }
    let oldest = now - Int(IdentityUpkeep.idempotencyLife.components.seconds)
    try await store.transact(
      [
        .delete(collection: "refresh_token", filter: [before("expires_at", now)], expect: nil),
        .delete(collection: "idempotency_key", filter: [before("created_at", oldest)], expect: nil),
      ], "upkeep")
  }
}

extension IdentityUpkeep: Service {}
