import CMemory
import NIOCore
import NIOPosix
import Testing
import UnixTransport

@Suite(.timeLimit(.minutes(1))) struct SleepTests {
  private let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()

  @Test func `gives the result of what is quick`() async throws {
    #expect(try await eventLoop.limiting(.seconds(3600)) { 7 } == 7)
  }

  @Test func `cancels what is slow, and gives nothing`() async throws {
    let eventLoop = eventLoop
    let result = try await eventLoop.limiting(.milliseconds(1)) {
      await #expect(throws: CancellationError.self) { try await eventLoop.sleep(for: .seconds(3600)) }
      return 7
    }
    #expect(result == nil)
  }

  @Test func `throws what the operation throws`() async throws {
    struct Broken: Error {}
    await #expect(throws: Broken.self) { _ = try await eventLoop.limiting(.seconds(3600)) { throw Broken() } as Int? }
  }

  /// Task.sleep would keep some 70 MB here for an hour.
  @Test func `a wait that was cancelled leaves nothing behind`() async throws {
    for _ in 0..<1000 { _ = try await eventLoop.limiting(.seconds(3600)) {} }
    let before = memory_in_use()
    for _ in 0..<100_000 { _ = try await eventLoop.limiting(.seconds(3600)) {} }
    #expect(memory_in_use() < before + (16 << 20))
  }
}
