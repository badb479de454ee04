import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Live streams of a round.
  @Suite struct StreamTests {
    @Test func `a client that comes back after the last event it saw misses none and sees none twice`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try folder.script([["match": [:], "delay_ms": 30]])
      try await House.with(plugins: folder) { house in
        let round = try await Round.start(house.api)
        let path = "/api/v1/execution/rounds/\(round.id)/stream/"
        var seen: [API.Event] = []
        var connections = 0
        var isOver = false
        while !isOver, connections < 200 {
          connections += 1
          var taken = 0
          let last = seen.last?.id
          try await house.api.events(path, headers: last.map { ["Last-Event-ID": $0] } ?? [:]) { event in
            guard event.id != nil, event.name != "connected" else { return true }
            seen.append(event)
            taken += 1
            return taken < 5
          }
          isOver = taken < 5
        }
        #expect(connections > 3, "the stream was broken in between")
        let stored = try await stored(round, house.api)
        let first = try #require(seen.first?.id.flatMap { Int64($0) })
        #expect(seen.compactMap { $0.id.flatMap { Int64($0) } } == Array(first...Int64(stored.count)))
        for event in seen {
          let row = stored[Int(event.id ?? "") ?? 0]
          #expect(row?["type"].string == event.name)
        }
        let replayed = try await all(path, after: "0", house.api)
        #expect(replayed.compactMap { $0.id.flatMap { Int64($0) } } == Array(1...Int64(stored.count)), "from 0 everything comes again")
      }
    }

    @Test func `a round that is over can be watched again`() async throws {
      try await House.with { house in
        let round = try await Round.start(house.api)
        try await round.complete(house.api)
        let path = "/api/v1/execution/rounds/\(round.id)/replay/"
        let stored = try await stored(round, house.api)
        let told = try await all("\(path)?speed=0", after: nil, house.api)
        #expect(told.first?.name == "connected" && told.last?.name == "replay_finished")
        #expect(told.dropFirst().dropLast().compactMap { $0.id.flatMap { Int($0) } } == Array(1...stored.count))
        for event in told.dropFirst().dropLast() {
          let row = try #require(stored[Int(event.id ?? "") ?? 0])
          let data = event.data
          #expect(event.name == row["type"].string && data["replayed"] == true && data["original_timestamp"] == row["created_at"])
        }
        let part = try await all("\(path)?speed=100&from_seq=\(stored.count)", after: nil, house.api)
        #expect(part.map(\.name).last == "replay_finished" && part.count == 3)
        for query in ["speed=101", "speed=-1", "speed=fast", "from_seq=x"] {
          #expect(try await house.api.send(.get, "\(path)?\(query)").status == 400, "\(query)")
        }
        let stranger = try await House.makeTenant("strangers", on: house.host)
        #expect(try await API(baseURL: house.host.baseURL, key: stranger.key).send(.get, path).status == 404)
      }
    }

    @Test func `a stream is open to a key, a token in the query, and to nobody else`() async throws {
      try await House.with { house in
        let round = try await Round.start(house.api)
        try await round.complete(house.api)
        let path = "/api/v1/execution/rounds/\(round.id)/stream/"
        let nobody = API(baseURL: house.host.baseURL)
        #expect(try await nobody.send(.get, path).status == 401)
        #expect(try await nobody.send(.get, path + "?token=nonsense").status == 401)
        #expect(try await API(baseURL: house.host.baseURL, key: "hc_wrong").send(.get, path).status == 401)
        let stranger = try await House.makeTenant("strangers", on: house.host)
        #expect(try await API(baseURL: house.host.baseURL, key: stranger.key).send(.get, path).status == 404)

        let token = try await token(house)
        for (api, query) in [(house.api, ""), (nobody, "?token=\(token)")] {
          let events = try await all(path + query, after: nil, api)
          #expect(events.first?.name == "connected")
          #expect(events.map(\.name).contains("completed") && events.last?.name == "execution_completed")
        }
        #expect(try await nobody.send(.get, "/api/v1/projects/?token=\(token)").status == 401, "a token in the query is for streams only")
        try await eventually("the requests' lines in the log") { house.host.logText.contains("query=token=REDACTED") ? true : nil }
        let isLogged = house.host.logText.contains(token)
        #expect(!isLogged, "the log has the token")
      }
    }

    private func all(_ path: String, after last: String?, _ api: API) async throws -> [API.Event] {
      var events: [API.Event] = []
      try await api.events(path, headers: last.map { ["Last-Event-ID": $0] } ?? [:]) { event in
        events.append(event)
        return true
      }
      return last == nil ? events : events.filter { $0.id != nil && $0.name != "connected" }
    }

    /// The round's recorded events by number.
    private func stored(_ round: Round, _ api: API) async throws -> [Int: JSON] {
      var rows: [Int: JSON] = [:]
      var after: Int64 = 0
      while true {
        let answer = try await api.get("/api/v1/execution/rounds/\(round.id)/events/?after=\(after)&limit=1000")
        for row in answer["results"].array ?? [] { rows[Int(row["seq"].int ?? 0)] = row }
        guard let next = answer["next_after"].int, next > after else { return rows }
        after = next
      }
    }

    private func token(_ house: House) async throws -> String {
      try await house.host.command(
        "user", "create", "--username", "vera", "--tenant", "tests", "--role", "member", "--password-stdin", input: "correct horse\n")
      let tokens = try await API(baseURL: house.host.baseURL).post(
        "/api/v1/auth/token/", ["username": "vera", "password": "correct horse"], status: 200)
      return try #require(tokens["access"].string)
    }
  }
}
