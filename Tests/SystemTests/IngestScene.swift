import JSONRPC
import TestSupport
import Testing

/// A house with a finished round, and another tenant with one of its own.
struct IngestScene: Sendable {
  let house: House
  let round: Round
  let stranger: API
  let foreign: Round

  var api: API { house.api }
  var project: JSON { .int(round.project) }
  var id: JSON { .string(round.id) }

  static let unknown: JSON = "00000000-0000-4000-8000-000000000000"

  static func with(plugins: PluginFolder? = nil, unready: Set<String> = [], _ body: (IngestScene) async throws -> Void) async throws {
    try await House.with(plugins: plugins, unready: unready) { house in
      let made = try await House.makeTenant("others", on: house.host)
      let stranger = API(baseURL: house.host.baseURL, key: made.key)
      let foreign = try await Round.start(stranger)
      let round = try await Round.start(house.api)
      try await foreign.complete(stranger)
      try await round.complete(house.api)
      try await body(IngestScene(house: house, round: round, stranger: stranger, foreign: foreign))
    }
  }

  private static let path = "/api/v1/observability/ingest/"

  /// Pushes to a route and expects the row to be taken.
  func push(_ route: String, _ body: JSON, _ headers: [String: String] = [:], _ location: SourceLocation = #_sourceLocation) async throws
    -> JSON
  {
    let answer = try await api.send(.post, "\(Self.path)\(route)/", body, headers: headers)
    try #require(answer.status == 201, "\(route) answered \(answer.status): \(answer.text.prefix(500))", sourceLocation: location)
    #expect(answer.json["status"] == "ok", sourceLocation: location)
    return answer.json
  }

  func answer(_ route: String, _ body: JSON, _ headers: [String: String] = [:], as api: API? = nil) async throws -> API.Answer {
    try await (api ?? self.api).send(.post, "\(Self.path)\(route)/", body, headers: headers)
  }

  /// Pushes what is refused, and expects these words.
  func refuse(
    _ route: String, _ cases: [(body: JSON, status: Int, words: JSON)], _ location: SourceLocation = #_sourceLocation
  ) async throws {
    for (body, status, words) in cases {
      let answer = try await answer(route, body)
      #expect(answer.status == status && answer.json == words, "\(body.text.prefix(200)): \(answer.text)", sourceLocation: location)
    }
  }

  /// A push under a key is done once: its repetition gets the same answer, another body under the key is refused.
  ///
  /// - Parameter count: of the rows that pushes of this kind make.
  func isDoneOnce(
    _ route: String, _ body: JSONObject, other: JSONObject, _ location: SourceLocation = #_sourceLocation, count: () async throws -> Int
  ) async throws {
    let headers = ["Idempotency-Key": "once-\(route)"]
    let before = try await count()
    let first = try await push(route, .object(body), headers, location)
    #expect(try await push(route, .object(body), headers, location) == first, sourceLocation: location)
    #expect(try await answer(route, .object(body.merging(other)), headers).status == 422, sourceLocation: location)
    #expect(try await count() == before + 1, sourceLocation: location)
  }

  /// What the tenant's stream tells while the body runs, until the last of these kinds came.
  func events(until last: String, _ body: () async throws -> Void) async throws -> [API.Event] {
    var seen: [API.Event] = []
    var beats = 0
    try await api.events("/api/v1/observability/stream/") { event in
      if event.name == "connected" { try await body() }
      if event.name == "heartbeat" { beats += 1 }
      seen.append(event)
      return event.name != last && beats < 3
    }
    #expect(seen.last?.name == last, "the stream never told it")
    return seen.filter { !["connected", "heartbeat"].contains($0.name) }
  }
}
