import Events
import JSONRPC
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// Live streams over a real socket (contract http.md, section 15.2).
@Suite struct StreamRouteTests {
  private static let round = "11111111-1111-4111-8111-111111111111"
  private static let path = "/api/v1/rounds/\(round)/stream/"

  private static func event(_ seq: Int64, _ type: String = "progress", project: Int64 = 1) -> StoredEvent? {
    StoredEvent([
      "tenant": .string(House.tenant), "round": .string(round), "project": .int(project), "seq": .int(seq), "position": .int(seq + 100),
      "type": .string(type), "data": ["n": .int(seq)], "created_at": "2024-01-01T00:00:00Z",
    ])
  }

  private func request(_ house: House, _ path: String, _ headers: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: hive.test\r\nConnection: close\r\nAuthorization: Bearer \(house.tokens["member"] ?? "")\r\n\(headers)\r\n"
  }

  /// The stream's body until the server ends it, or it holds `enough`.
  private func read(_ house: House, _ text: String, until enough: String? = nil, _ during: () async throws -> Void = {}) async throws
    -> String
  {
    var bytes: [UInt8] = []
    var hasRun = false
    try await house.probe.open(text) { chunk in
      bytes += chunk
      let text = String(decoding: bytes, as: UTF8.self)
      if !hasRun, text.contains("event: connected") {
        hasRun = true
        try await during()
      }
      return enough.map { !text.contains($0) } ?? true
    }
    return try HTTPProbe.Answer(parsing: bytes).text
  }

  private func answer(_ house: House, seq: Int64, log: [Int64] = []) {
    house.plugins.on("projects.state") { _ throws(RPCError) in
      ["state": ["status": "running"], "seq": .int(seq), "close_on": ["execution_completed"]]
    }
    house.plugins.on("storage.events") { call throws(RPCError) in
      let after = call.params["after"].int ?? 0
      let events = log.filter { $0 > after }.map { seq -> JSON in
        [
          "seq": .int(seq), "position": .int(seq + 100), "type": "progress", "data": ["n": .int(seq)], "created_at": "",
          "round": .string(Self.round),
        ]
      }
      return ["events": .array(events), "last": .int(log.last ?? 0)]
    }
  }

  @Test func `begins with the state, follows in order and ends with the round`() async throws {
    try await House.open { house async throws in
      answer(house, seq: 2)
      let text = try await read(house, request(house, Self.path)) {
        // Events the state already holds are not told again.
        for seq in [1, 2, 3] as [Int64] { house.hub.publish(try #require(Self.event(seq))) }
        house.hub.publish(try #require(Self.event(4, "execution_completed")))
      }
      #expect(
        text
          == "retry: 3000\n\nevent: connected\ndata: {\"status\":\"running\"}\n\nevent: progress\nid: 3\ndata: {\"n\":3}\n\n"
          + "event: execution_completed\nid: 4\ndata: {\"n\":4}\n\n")
      _ = try await eventually("the stream to be given back") { house.hub.subscriberCount == 0 ? true : nil }
    }
  }

  @Test func `replays what a returning client missed, also past one read of the log`() async throws {
    var events = EventConfig()
    events.catchUpLimit = 2
    try await House.open(events: events) { house async throws in
      answer(house, seq: 6, log: [1, 2, 3, 4, 5, 6])
      for (path, header) in [(Self.path, "Last-Event-ID: 1\r\n"), (Self.path + "?last_event_id=1", "")] {
        let text = try await read(house, request(house, path, header), until: "id: 6")
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("id: ") } == ["id: 2", "id: 3", "id: 4", "id: 5", "id: 6"])
      }
    }
  }

  @Test func `fills a gap that a lost notification left`() async throws {
    try await House.open { house async throws in
      answer(house, seq: 1, log: [1, 2, 3])
      let text = try await read(house, request(house, Self.path)) {
        house.hub.publish(try #require(Self.event(4, "execution_completed")))
      }
      #expect(text.split(separator: "\n").filter { $0.hasPrefix("id: ") } == ["id: 2", "id: 3", "id: 4"])
    }
  }

  @Test func `a finished round tells its end and closes`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.state") { _ throws(RPCError) in
        [
          "state": ["status": "completed"], "finished": true,
          "events": [["event": "completed", "data": [:]], ["event": "execution_completed", "data": [:]]],
        ]
      }
      let text = try await read(house, request(house, Self.path))
      #expect(text.hasSuffix("event: completed\ndata: {}\n\nevent: execution_completed\ndata: {}\n\n"))
    }
  }

  @Test func `tells a round's stored events again, also past one read of the log, and says how many`() async throws {
    var events = EventConfig()
    events.catchUpLimit = 2
    try await House.open(events: events) { house async throws in
      answer(house, seq: 0, log: [1, 2, 3, 4, 5])
      house.plugins.on("projects.state") { _ throws(RPCError) in ["state": ["status": "completed"], "replay": ["from": 3, "speed": 0]] }
      let text = try await read(house, request(house, Self.path))
      func told(_ seq: Int) -> String {
        "event: progress\nid: \(seq)\ndata: {\"n\":\(seq),\"replayed\":true,\"original_timestamp\":\"\"}\n\n"
      }
      #expect(
        text == "retry: 3000\n\nevent: connected\ndata: {\"status\":\"completed\"}\n\n" + told(3) + told(4) + told(5)
          + "event: replay_finished\ndata: {\"count\":3}\n\n")
      let again = try await read(house, request(house, Self.path, "Last-Event-ID: 4\r\n"))
      #expect(again.hasSuffix(told(5) + "event: replay_finished\ndata: {\"count\":1}\n\n") && !again.contains("id: 4"))
      #expect(house.hub.subscriberCount == 0)
    }
  }

  @Test(arguments: [
    ("2024-01-01T00:00:00Z", "2024-01-01T00:00:01.500000Z", 1.0, Duration.milliseconds(1500)),
    ("2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z", 100, .milliseconds(10)),
    ("2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z", 2, .seconds(5)), ("2024-01-01T00:00:00Z", "2024-01-01T00:00:09Z", 0, .zero),
    ("2024-01-01T00:00:09Z", "2024-01-01T00:00:00Z", 1, .zero), ("", "2024-01-01T00:00:00Z", 1, .zero),
  ]) func `the pauses of a replay are those of the round, divided by its speed, and not long`(
    _ before: String, _ after: String, _ speed: Double, _ pause: Duration
  ) {
    #expect(EventReplay.pause(from: before, to: after, speed: speed) == pause)
  }

  @Test func `sends heartbeats and filters a tenant's stream by project`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.state") { _ throws(RPCError) in ["state": ["status": "ok"]] }
      let text = try await read(house, request(house, "/api/v1/stream/?project=2"), until: "event: heartbeat") {
        house.hub.publish(try #require(Self.event(1, project: 1)))
        house.hub.publish(try #require(Self.event(2, project: 2)))
        house.hub.beat()
      }
      #expect(text.contains("id: 102"))
      #expect(!text.contains("id: 101"))
    }
  }

  @Test func `takes a token in the address, and only on streams`() async throws {
    try await House.open { house async throws in
      answer(house, seq: 0)
      house.plugins.on("projects.state") { _ throws(RPCError) in ["state": [:], "finished": true] }
      let token = house.tokens["member"] ?? ""
      let good = try await house.probe.send("GET", "\(Self.path)?token=\(token)")
      #expect(good.status == 200)
      #expect(try await house.probe.send("GET", "\(Self.path)?token=bad").status == 401)
      #expect(try await house.probe.send("GET", "/api/v1/projects/?token=\(token)").status == 401)
    }
  }

  @Test func `errors before the start are plain answers`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.state") { _ throws(RPCError) in
        throw RPCError.application("not_found", status: 404, "", body: ["error": "Execution round not found"])
      }
      let answer = try await house.get(Self.path)
      #expect(answer.status == 404)
      #expect(answer.text == #"{"error":"Execution round not found"}"#)
      #expect(house.hub.subscriberCount == 0)
    }
  }

  @Test func `a host that goes away ends its streams`() async throws {
    try await House.open { house async throws in
      answer(house, seq: 0)
      let text = try await read(house, request(house, Self.path)) { house.hub.close() }
      #expect(text.contains("event: connected"))
    }
  }
}
