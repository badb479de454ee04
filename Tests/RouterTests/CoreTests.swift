import JSONRPC
import NIOCore
import Testing

@testable import Router

struct FairQueueTests {
  @Test func `serves tenants in turn`() {
    var queue = FairQueue(limit: 10)
    for id in 1...4 { #expect(queue.push(id, tenant: "loud") == .queued) }
    #expect(queue.push(5, tenant: "quiet") == .queued)
    #expect((0..<5).map { _ in queue.pop() } == [1, 5, 2, 3, 4])
    #expect(queue.pop() == nil && queue.count == 0)
  }

  @Test func `when full, whoever has most makes room for who has less`() {
    var queue = FairQueue(limit: 3)
    for id in 1...3 { #expect(queue.push(id, tenant: "loud") == .queued) }
    #expect(queue.push(4, tenant: "loud") == .full)
    #expect(queue.push(5, tenant: "quiet") == .queuedInsteadOf(3))
    #expect(queue.push(6, tenant: "quiet") == .full)
    #expect(queue.count == 3)
    #expect(queue.removeAll() == [1, 5, 2])
  }

  @Test func `what is put back comes first, limit or not`() {
    var queue = FairQueue(limit: 2)
    _ = queue.push(1, tenant: "a")
    _ = queue.push(2, tenant: "b")
    queue.putBack(3, tenant: "a")
    #expect(queue.count == 3)
    #expect(queue.removeAll() == [3, 2, 1])
  }

  @Test func `forgets what is removed`() {
    var queue = FairQueue(limit: 5)
    _ = queue.push(1, tenant: "a")
    _ = queue.push(2, tenant: "b")
    queue.remove(1, tenant: "a")
    queue.remove(9, tenant: "b")
    #expect(queue.count == 1)
    #expect(queue.removeAll() == [2])
  }
}

struct MethodNameTests {
  @Test(arguments: [
    ("storage.read", "storage.read", "storage", nil), ("llm.complete@llm-offline", "llm.complete", "llm", "llm-offline"),
    ("a.b.c", "a.b.c", "a", nil),
  ])
  func `takes an address apart`(_ text: String, _ name: String, _ capability: String, _ provider: String?) throws {
    let method = try #require(MethodName(text))
    #expect(method.name == name && method.capability == capability && method.provider == provider)
  }

  @Test(arguments: ["", "read", ".read", "storage.", "storage.read@", "@x"])
  func `refuses what is no address`(_ text: String) { #expect(MethodName(text) == nil) }
}

struct CallMetaTests {
  @Test func `is written with what it has`() {
    let now = NIODeadline.now()
    let full = CallMeta(
      tenant: "t", principal: ["kind": "user"], requestID: "r\"1", traceparent: "00-a", deadline: now + .milliseconds(1500), system: true,
      operationID: "o")
    #expect(
      String(decoding: full.bytes(now: now), as: UTF8.self)
        == #"{"deadline_ms":1500,"tenant":"t","principal":{"kind":"user"},"operation_id":"o","request_id":"r\"1","traceparent":"00-a","system":true}"#
    )
    let empty = CallMeta(requestID: "", deadline: now - .seconds(1))
    #expect(String(decoding: empty.bytes(now: now), as: UTF8.self) == #"{"deadline_ms":0}"#)
  }

  @Test func `reads of a plugin only what it may say`() throws {
    let bytes = ByteBuffer(
      string: #"{"cause":7,"deadline_ms":10,"system":true,"operation_id":"x","tenant":"spoofed","principal":{"id":"root"}}"#)
    let meta = try PluginMeta(bytes)
    var expected = PluginMeta()
    expected.cause = .request(7)
    expected.deadlineMilliseconds = 10
    expected.system = true
    expected.operationID = "x"
    #expect(meta == expected)
    #expect(try PluginMeta(nil) == PluginMeta())
    #expect(try PluginMeta(ByteBuffer(string: #"{"cause":"job:1"}"#)).cause == .job("job:1"))
  }

  @Test(arguments: [#"{"cause":true}"#, #"{"operation_id":""}"#, #"{"operation_id":"\#(String(repeating: "x", count: 129))"}"#])
  func `refuses what cannot be`(_ text: String) {
    #expect(throws: RPCError.self) { try PluginMeta(ByteBuffer(string: text)) }
  }
}

struct JobCausesTests {
  private static let holder = LinkID(plugin: "execution", incarnation: 1)

  private func job(_ id: String, expiry: NIODeadline, holder: LinkID = holder) -> LeasedJob {
    LeasedJob(id: id, epoch: 1, tenant: "t", principal: .null, holder: holder, expiry: expiry)
  }

  @Test func `a cause is good for its holder until the lease ends`() {
    var causes = JobCauses()
    let now = NIODeadline.now()
    let cause = causes.register(job("j", expiry: now + .seconds(30)), now: now)
    #expect(cause.hasPrefix("job:") && cause.utf8.count == 40)
    #expect(causes.job(cause, of: Self.holder, now: now)?.id == "j")
    #expect(causes.job(cause, of: LinkID(plugin: "execution", incarnation: 2), now: now) == nil)
    #expect(causes.job(cause, of: LinkID(plugin: "chat", incarnation: 1), now: now) == nil)
    #expect(causes.job("job:j", of: Self.holder, now: now) == nil)
    #expect(causes.job(cause, of: Self.holder, now: now + .seconds(30)) == nil)
    causes.renew(cause, until: now + .seconds(60))
    #expect(causes.job(cause, of: Self.holder, now: now + .seconds(30)) != nil)
    causes.remove(cause)
    #expect(causes.job(cause, of: Self.holder, now: now) == nil)
  }

  @Test func `a dead holder's jobs are handed back`() {
    var causes = JobCauses()
    let now = NIODeadline.now()
    let other = LinkID(plugin: "chat", incarnation: 1)
    for id in ["b", "a"] { _ = causes.register(job(id, expiry: now + .seconds(30)), now: now) }
    _ = causes.register(job("c", expiry: now + .seconds(30), holder: other), now: now)
    #expect(causes.removeAll(of: Self.holder).map(\.id) == ["a", "b"])
    #expect(causes.count == 1)
  }

  @Test func `ended leases do not pile up`() {
    var causes = JobCauses()
    let now = NIODeadline.now()
    for _ in 0..<10 { _ = causes.register(job("old", expiry: now), now: now) }
    _ = causes.register(job("new", expiry: now + .seconds(1)), now: now)
    #expect(causes.count == 1)
  }
}

struct MetricsTests {
  @Test func `estimates quantiles within a factor of two`() {
    var histogram = LatencyHistogram()
    #expect(histogram.microseconds(quantile: 0.5) == 0)
    for value in 1...1000 { histogram.record(microseconds: Int64(value)) }
    #expect((500...1000).contains(histogram.microseconds(quantile: 0.5)))
    #expect((990...2000).contains(histogram.microseconds(quantile: 0.99)))
    #expect(histogram.count == 1000 && histogram.sumMicroseconds == 500_500)
    histogram.record(microseconds: 1 << 40)
    #expect(histogram.microseconds(quantile: 1) == 1 << 32)
  }
}
