import JSONRPC
import StorageConformance
import Synchronization
import Testing

@testable import StorageSQLite

/// The machine's clock is set while storage runs.
@Suite struct ClockTests {
  /// A wall clock that a test sets, beside one that only goes on.
  private final class Hands: Sendable {
    private let state = Mutex((wall: Int64(1_000_000_000_000), steady: ContinuousClock.now))

    var wall: Int64 { state.withLock { $0.wall } }
    var steady: ContinuousClock.Instant { state.withLock { $0.steady } }

    func pass(_ seconds: Int64) {
      state.withLock { $0 = ($0.wall + seconds * 1_000_000, $0.steady + .seconds(seconds)) }
    }

    func set(by seconds: Int64) { state.withLock { $0.wall += seconds * 1_000_000 } }
  }

  @Test func `a clock set forward is followed, one set back is waited for without standing still`() {
    let hands = Hands()
    let clock = RisingClock(wall: { hands.wall }, steady: { hands.steady })
    let start = clock.microseconds()
    hands.pass(10)
    #expect(clock.microseconds() - start == 10_000_000)
    hands.set(by: 3_600)
    #expect(clock.microseconds() - start == 3_610_000_000)
    hands.set(by: -100)
    #expect(clock.microseconds() - start == 3_610_000_000)
    hands.pass(100)
    #expect(clock.microseconds() - start == 3_660_000_000)
    hands.pass(100)
    #expect(clock.microseconds() - start == 3_710_000_000, "caught up")
    hands.pass(1)
    #expect(clock.microseconds() - start == 3_711_000_000)
  }

  @Test func `jobs made after the clock was set back are due at once, and leases still end`() async throws {
    let hands = Hands()
    let driver = try await EngineDriver(clock: RisingClock(wall: { hands.wall }, steady: { hands.steady }).microseconds)
    let alice = DriverCaller.tenant(ConformanceWorld.alice)
    let job: JSON = ["op": "job_enqueue", "queue": "q", "kind": "k", "payload": [:]]
    _ = try await driver.transact([job], as: alice)
    hands.set(by: -3_600)
    _ = try await driver.transact([job], as: alice)
    hands.pass(1)
    let lease: JSON = ["queue": "q", "max": 8, "ttl_ms": 10_000]
    #expect(try await driver.call("storage.lease", lease, as: .system)["jobs"].array?.count == 2)
    #expect(try await driver.call("storage.lease", lease, as: .system)["jobs"] == [])
    hands.pass(21)
    #expect(try await driver.call("storage.lease", lease, as: .system)["jobs"].array?.count == 2)
  }
}
