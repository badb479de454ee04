import CMemory
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import PluginKit

@Suite struct RestTests {
  @Test func `is told once after the pause, and again only after the next request`() {
    let loop = EmbeddedEventLoop()
    let rests = Mutex(0)
    let watch = IdleWatch(on: loop, after: .seconds(10)) { rests.withLock { $0 += 1 } }
    var seen: [Int] = []
    for (seconds, isRequest) in [(0, true), (9, false), (0, true), (9, false), (1, false), (100, false), (0, true), (10, false)] {
      loop.advanceTime(by: .seconds(Int64(seconds)))
      if isRequest { watch.touch() }
      seen.append(rests.withLock { $0 })
    }
    #expect(seen == [0, 0, 0, 0, 1, 1, 1, 2])
  }

  @Test func `a process goes on after it has given memory back`() {
    let text = (0..<1000).map { "line \($0)" }
    memory_trim()
    #expect(text.joined().utf8.count == text.reduce(0) { $0 + $1.utf8.count })
  }
}
