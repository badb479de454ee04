import JSONRPC
import Logging
import TestSupport
import Testing

@testable import Events

@Suite struct EventHubTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func event(_ position: Int64, tenant: String = "t1", round: String? = "r1") throws -> StoredEvent {
    try #require(
      StoredEvent([
        "tenant": .string(tenant), "round": JSON(round), "project": 1, "seq": .int(position), "position": .int(position), "type": "x",
        "data": [:], "created_at": "",
      ]))
  }

  private func hub(buffer: Int = 1000, subscribers: Int = 100) -> EventHub {
    var config = EventConfig()
    config.bufferLimit = buffer
    config.subscriberLimit = subscribers
    return EventHub(config: config, logger: logger)
  }

  @Test func `hands an event to its round and its tenant and to nobody else`() async throws {
    let hub = hub()
    let round = try #require(hub.subscribe(.round("r1", tenant: "t1")))
    let tenant = try #require(hub.subscribe(.tenant("t1")))
    let strangers = try [.round("r1", tenant: "t2"), .round("r2", tenant: "t1"), .tenant("t2")].map { try #require(hub.subscribe($0)) }
    let event = try event(1)
    hub.publish(event)
    hub.beat()
    #expect(await round.next() == .event(event))
    #expect(await tenant.next() == .event(event))
    for stranger in strangers { #expect(await stranger.next() == .heartbeat) }
  }

  @Test func `reads storage's notification and passes over what is malformed`() async throws {
    let hub = hub()
    let tenant = try #require(hub.subscribe(.tenant("t1")))
    hub.committed([
      "events": [["type": "no tenant"], ["tenant": "t1", "position": 7, "type": "y", "data": ["a": 1], "seq": .null, "round": .null]]
    ])
    guard case .event(let event) = await tenant.next() else {
      Issue.record("no event")
      return
    }
    #expect(event.position == 7)
    #expect(event.seq == nil)
    #expect(String(decoding: event.data, as: UTF8.self) == #"{"a":1}"#)
  }

  @Test func `cuts off who lags behind, after what is queued`() async throws {
    let hub = hub(buffer: 2)
    let slow = try #require(hub.subscribe(.tenant("t1")))
    for position in 1...3 as ClosedRange<Int64> { hub.publish(try event(position)) }
    #expect(hub.subscriberCount == 0)
    #expect(await slow.next() == .event(try event(1)))
    #expect(await slow.next() == .event(try event(2)))
    #expect(await slow.next() == nil)
  }

  @Test func `takes no more subscribers than it may, and none once closed`() throws {
    let hub = hub(subscribers: 1)
    let first = try #require(hub.subscribe(.tenant("a")))
    #expect(hub.subscribe(.tenant("b")) == nil)
    hub.unsubscribe(first)
    hub.unsubscribe(first)
    #expect(hub.subscriberCount == 0)
    #expect(hub.subscribe(.tenant("b")) != nil)
    hub.close()
    #expect(hub.subscribe(.tenant("c")) == nil)
  }

  @Test func `a waiting reader is woken by an event, by the end, and by its own cancellation`() async throws {
    let hub = hub()
    let subscription = try #require(hub.subscribe(.tenant("t1")))
    async let item = subscription.next()
    hub.publish(try event(1))
    #expect(await item == .event(try event(1)))
    async let end = subscription.next()
    subscription.close()
    #expect(await end == nil)
    let other = try #require(hub.subscribe(.tenant("t1")))
    let result = await withTaskGroup(of: Bool.self) { group in
      group.addTask { await other.next() == nil }
      group.cancelAll()
      return await group.next()
    }
    #expect(result == true)
  }
}
