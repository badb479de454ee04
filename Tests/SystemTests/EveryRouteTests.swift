import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Two tenants with the same data: every route the host serves, called by one with the ids of the other, in path, query and body, shows
  /// nothing and changes nothing. The routes come from the host itself, so that a new one cannot be forgotten.
  @Suite struct EveryRouteTests {
    @Test func `no route shows or changes anything of another tenant`() async throws {
      try await House.with { house in
        let made = try await House.makeTenant("others", on: house.host)
        let stranger = API(baseURL: house.host.baseURL, key: made.key)
        let routes = try await ServedRoutes(house.api)
        let owned = try await furnished(house.api, routes)
        let own = try await furnished(stranger, routes)
        let walk = StrangerWalk(api: stranger, routes: routes, own: own, foreign: owned)
        let before = try await walk.everything(of: owned, house.api)
        try #require(before.count > 60)
        for operation in routes.operations {
          try await walk.path(operation)
          try await walk.query(operation)
          try await walk.body(operation)
          try await walk.headers(operation)
        }
        for (path, text) in try await walk.everything(of: own, stranger) {
          for secret in owned.secrets { #expect(!text.contains(secret), "\(path) shows \(secret) afterwards") }
        }
        let after = try await walk.everything(of: owned, house.api)
        for (path, text) in before { #expect(after[path] == text, "\(path) of the owner changed") }
      }
    }

    /// A finished round, and the rows that no round makes.
    private func furnished(_ api: API, _ routes: ServedRoutes) async throws -> Belongings {
      let round = try await Round.start(api)
      try await round.complete(api)
      _ = try await api.post("/api/v1/agents/", ["name": "Own", "agent_no": "own-1", "duty": "d", "detail": "x"])
      let folder = try await api.post("/api/v1/folders/", ["project": .int(round.project), "name": "own"])
      _ = try await api.post("/api/v1/files/", ["project": .int(round.project), "folder": folder["id"], "name": "own.txt"])
      _ = try await api.post("/api/v1/observability/ingest/timeline/", ["event_type": "own", "message": "own"])
      return try await Belongings(routes, round, api)
    }
  }
}

/// One tenant trying every route with what belongs to another.
private struct StrangerWalk {
  let api: API
  let routes: ServedRoutes
  let own: Belongings
  let foreign: Belongings

  /// Members and parameters that refer to rows, and the list of those rows.
  private static let references = [
    "project": "/api/v1/projects/", "project_id": "/api/v1/projects/", "agent": "/api/v1/agents/", "agent_id": "/api/v1/agents/",
    "from_agent": "/api/v1/agents/", "to_agent": "/api/v1/agents/", "made_by_agent": "/api/v1/agents/",
    "created_by_agent": "/api/v1/agents/",
    "conversation": "/api/v1/conversations/", "main_conversation": "/api/v1/conversations/", "requirement": "/api/v1/requirements/",
    "folder": "/api/v1/folders/", "parent": "/api/v1/folders/", "file_ids": "/api/v1/files/",
    "execution_round": "/api/v1/execution/rounds/", "execution_round_id": "/api/v1/execution/rounds/", "round": "/api/v1/execution/rounds/",
    "checkpoint_id": "/api/v1/execution/rounds/checkpoints/", "agentscope_project_id": "/api/v1/projects/",
  ]
  /// Numbers and UUIDs that refer to nothing.
  private static let plain: Set = [
    "id", "page", "page_size", "size", "input_tokens", "output_tokens", "total_tokens", "after", "from_seq", "max_tokens_per_month", "days",
    "limit", "rotate", "batch_index", "inner_round", "expires_in",
  ]
  /// Answers that time or the walk itself changes.
  private static let restless = [
    "/system/", "/metrics/", "/tenant/", "/auth/", "/api/schema/", "/api/docs/", "/api/health/", "/usage/trend/",
  ]

  private func isUUIDOrNumber(_ schema: JSON) -> Bool {
    schema["format"].string == "uuid" || schema["format"].string == "int64" || schema["items"]["format"].string == "int64"
  }

  /// - Parameter sent: the id that was asked about, which a refusal may repeat.
  private func isHidden(_ answer: API.Answer, _ what: String, sent: JSON? = nil) {
    for secret in foreign.secrets where secret != sent?.string {
      #expect(!answer.text.contains(secret), "\(what) shows \(secret): \(answer.text.prefix(300))")
    }
  }

  // MARK: Paths

  /// The other's row in the path.
  func path(_ operation: ServedRoutes.Operation) async throws {
    let keys = operation.placeholders.filter { !["source_type", "project_id", "style", "code"].contains($0) }
    guard !keys.isEmpty, operation.path != "/api/v1/tenant/api-key/{id}/", !operation.path.contains("/tenant/members/") else { return }
    let path = try #require(foreign.filled(operation), "\(operation): no id is known for its path; teach Belongings where to find one")
    let query = operation.parameters(in: "query").filter { $0["required"] == true }.map { parameter in
      let value = value(parameter["name"].string ?? "", parameter["schema"])
      return "\(parameter["name"].string ?? "")=\(value.string ?? value.text)"
    }
    let asked = query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
    let answer = try await api.send(operation.method, asked, payload(for: operation))
    let isDenied = answer.status == 403 && answer.json["error"] == "Access denied"
    #expect(answer.status == 404 || isDenied, "\(operation.method.rawValue) \(path) answered \(answer.status): \(answer.text.prefix(300))")
    isHidden(answer, "\(operation.method.rawValue) \(path)")
  }

  // MARK: Queries

  /// The other's row in each query parameter.
  func query(_ operation: ServedRoutes.Operation) async throws {
    guard operation.method == .get, !operation.isStream,
      let path = own.filled(operation) ?? (operation.placeholders.isEmpty ? operation.path : nil)
    else { return }
    for parameter in operation.parameters(in: "query") {
      let name = parameter["name"].string ?? ""
      guard let list = Self.references[name] else {
        #expect(
          !isUUIDOrNumber(parameter["schema"]) || Self.plain.contains(name),
          "\(operation): is the parameter \(name) a reference? Say so here")
        continue
      }
      guard let id = foreign.ids[list] else { continue }
      let asked = "\(path)?\(name)=\(id.string ?? id.text)"
      let answer = try await api.send(.get, asked)
      isHidden(answer, "GET \(asked)", sent: id)
      #expect(answer.status < 500, "GET \(asked) answered \(answer.status)")
      guard answer.status == 200 else { continue }
      // AgentScope's ids are opaque: rows of one's own may bear any.
      guard !name.hasPrefix("agentscope") else { continue }
      if answer.json["count"] != .null { #expect(answer.json["count"] == 0, "GET \(asked) found rows") }
      if let rows = answer.json.array { #expect(rows.isEmpty, "GET \(asked) found rows") }
    }
  }

  // MARK: Bodies

  /// The other's row in each member of the body that refers to one.
  func body(_ operation: ServedRoutes.Operation) async throws {
    guard [.post, .put, .patch].contains(operation.method), let path = own.filled(operation) else { return }
    for (name, schema) in operation.properties.sorted(by: { $0.key < $1.key }) {
      guard let list = Self.references[name] else {
        #expect(!isUUIDOrNumber(schema) || Self.plain.contains(name), "\(operation): is the member \(name) a reference? Say so here")
        continue
      }
      // AgentScope's ids are opaque: whose project they name is no question of rights, but the row must not be linked to it.
      guard let id = foreign.ids[list], !name.hasPrefix("agentscope") else { continue }
      var body = self.body(for: operation)
      body[name] = schema["type"].string == "array" ? [id] : id
      let answer = try await api.send(operation.method, path, .object(body))
      let what = "\(operation.method.rawValue) \(path) with the other's \(name)"
      #expect(answer.status < 500, "\(what) answered \(answer.status): \(answer.text.prefix(300))")
      isHidden(answer, what, sent: answer.status < 300 ? nil : id)
      guard answer.status < 300 else { continue }
      // Taken is only what was passed over.
      #expect(
        answer.json[name] != id && answer.json[name.replacing("_id", with: "")] != id, "\(what) was taken: \(answer.text.prefix(300))")
    }
  }

  /// A body of plausible values, references to the caller's own rows.
  private func body(for operation: ServedRoutes.Operation) -> JSONObject {
    var body: JSONObject = [:]
    for (name, schema) in operation.properties where operation.required.contains(name) { body[name] = value(name, schema) }
    return body
  }

  private func payload(for operation: ServedRoutes.Operation) -> JSON? {
    guard [.post, .put, .patch].contains(operation.method) else { return nil }
    return .object(body(for: operation))
  }

  private func value(_ name: String, _ schema: JSON) -> JSON {
    if let list = Self.references[name], let id = own.ids[list] { return id }
    if let choice = schema["enum"].array?.last { return choice }
    switch (schema["type"].string ?? schema["type"][0].string, schema["format"].string) {
    case ("string", "date-time"): return "2026-01-01T00:00:00Z"
    case ("string", "uuid"): return .string(UUID().uuidString.lowercased())
    case ("integer", _), ("number", _): return 1
    case ("boolean", _): return true
    case ("array", _) where schema["items"]["properties"] != .null: return [object(schema["items"])]
    case ("array", _): return []
    case ("object", _): return [:]
    // A new one each time, for what must be unique.
    default: return .string("x-\(UUID().uuidString.prefix(8))")
    }
  }

  private func object(_ schema: JSON) -> JSON {
    let required = (schema["required"].array ?? []).compactMap(\.string)
    return .object(JSONObject(required.map { ($0, value($0, schema["properties"][$0])) }))
  }

  // MARK: Headers

  /// The other's round and project in the headers of what is pushed: passed over.
  func headers(_ operation: ServedRoutes.Operation) async throws {
    guard operation.parameters(in: "header").contains(where: { $0["name"] == "X-Execution-Round" }) else { return }
    let headers = ["X-Execution-Round": foreign.round, "X-Project-Id": foreign.ids["/api/v1/projects/"]?.text ?? ""]
    let answer = try await api.send(operation.method, operation.path, .object(body(for: operation)), headers: headers)
    #expect(answer.status < 500, "\(operation) with the other's headers answered \(answer.status)")
    isHidden(answer, "\(operation) with the other's headers")
  }

  // MARK: Everything

  /// All that a tenant can read with its own ids, by path.
  func everything(of owner: Belongings, _ api: API) async throws -> [String: String] {
    var texts: [String: String] = [:]
    for operation in routes.operations where operation.method == .get && !operation.isStream {
      guard let path = owner.filled(operation), !Self.restless.contains(where: { path.contains($0) }) else { continue }
      texts[path] = try await api.send(.get, path).text
    }
    return texts
  }
}
