import JSONRPC
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Identity

@Suite(.timeLimit(.minutes(2))) struct UpkeepTests {
  @Test func `forgets expired refresh tokens and old keys, and nothing else`() async throws {
    try await RealHouse.open { house async throws in
      _ = try await house.login("ada")
      _ = try await house.send("POST", "/projects/", #"{"name":"Once"}"#, key: nil, [("Idempotency-Key", "k")])
      let count = { (collection: String) in
        try await house.plugins.storage.call(
          "storage.read", ["collection": .string(collection), "op": "count", "filter": []], system: true)["count"]
      }
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let upkeep = IdentityUpkeep(plugins: house.plugins, clock: WallClock { house.time.value.withLock { $0 } }, logger: logger)
      try await upkeep.purge()
      #expect(try await count("refresh_token") == 1)
      #expect(try await count("idempotency_key") == 1)
      house.pass(8 * 24 * 3600)
      try await upkeep.purge()
      #expect(try await count("refresh_token") == 0)
      #expect(try await count("idempotency_key") == 0)
      #expect(try await count("user") == 1)
    }
  }
}
