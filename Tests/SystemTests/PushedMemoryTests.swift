import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Decisions, files and rankings that agents push: what is written can be read where the contract says.
  @Suite struct PushedMemoryTests {
    private static let decision: JSONObject = ["category": "tooling", "key": "linter", "value": "SwiftLint"]

    @Test func `a decision supersedes the active one, and nothing happens when it says the same`() async throws {
      try await IngestScene.with { scene in
        let about = Self.decision.merging(["project_id": scene.project])
        let more: JSONObject = ["execution_round_id": scene.id, "made_by_agent_name": "Nobody", "round_index": 3, "description": "quick"]
        let first = try await scene.push("decision", .object(about.merging(more)))
        #expect(first["superseded"] == .null && first.object?["unchanged"] == nil)
        let row = try await scene.api.get("/api/v1/decisions/\(first["id"].int ?? 0)/")
        for (name, value) in Self.decision.merging([
          "project": scene.project, "execution_round": scene.id, "made_by_agent": .null, "made_by_agent_name": "Nobody", "round_index": 3,
          "description": "quick", "is_active": true,
        ]).members { #expect(row[name] == value, "\(name)") }
        let same = try await scene.push("decision", .object(about.merging(["description": "quick"])))
        #expect(same == ["status": "ok", "id": first["id"], "superseded": .null, "unchanged": true])
        let second = try await scene.push("decision", .object(about.merging(["value": "swift format"])))
        #expect(second["superseded"] == first["id"] && second["id"] != first["id"])
        let old = try await scene.api.get("/api/v1/decisions/\(first["id"].int ?? 0)/")
        #expect(old["is_active"] == false && old["superseded_by"] == second["id"])
        let all = try await scene.api.rows("/api/v1/decisions/?project=\(scene.round.project)&category=tooling&include_inactive=true")
        #expect(all.count == 2)
        let withdrawn = try await scene.api.patch("/api/v1/decisions/\(second["id"].int ?? 0)/", ["is_active": false])
        let third = try await scene.push("decision", .object(about))
        #expect(third["superseded"] == .null, "a withdrawn decision is not superseded")
        #expect(try await scene.api.get("/api/v1/decisions/\(withdrawn["id"].int ?? 0)/")["superseded_by"] == .null)
      }
    }

    @Test func `decisions pushed at once form one chain, and their names find agents, the tenant's own first`() async throws {
      try await IngestScene.with { scene in
        let about = Self.decision.merging(["project_id": scene.project])
        let answers = try await withThrowingTaskGroup(of: JSON.self) { group in
          for number in 0..<8 {
            group.addTask { try await scene.push("decision", .object(about.merging(["value": .string("linter \(number)")]))) }
          }
          return try await group.reduce(into: [JSON]()) { $0.append($1) }
        }
        let superseded = answers.compactMap { $0["superseded"].int }
        #expect(Set(superseded).count == 7 && superseded.count == 7, "each supersedes another: \(superseded)")
        let path = "/api/v1/decisions/?project=\(scene.round.project)&category=tooling&include_inactive=true"
        let rows = try await scene.api.rows(path)
        #expect(rows.count == 8 && rows.filter { $0["is_active"] == true }.count == 1)

        let same = try await withThrowingTaskGroup(of: JSON.self) { group in
          for _ in 0..<8 { group.addTask { try await scene.push("decision", .object(about.merging(["value": "same"]))) } }
          return try await group.reduce(into: [JSON]()) { $0.append($1) }
        }
        #expect(same.filter { $0["unchanged"] == true }.count == 7 && Set(same.compactMap { $0["id"].int }).count == 1)
        #expect(try await scene.api.rows(path).count == 9)

        let system = try #require(try await scene.api.rows("/api/v1/agents/?is_system=true").first)
        let body = about.merging(["made_by_agent_name": system["name"]])
        let bySystem = try await scene.push("decision", .object(body.merging(["value": "by the system's"])))
        #expect(try await scene.api.get("/api/v1/decisions/\(bySystem["id"].int ?? 0)/")["made_by_agent"] == system["id"])
        let own = try await scene.api.post("/api/v1/agents/", ["name": system["name"], "agent_no": "own", "duty": "d", "detail": "x"])
        let byOwn = try await scene.push("decision", .object(body.merging(["value": "by the own"])))
        #expect(try await scene.api.get("/api/v1/decisions/\(byOwn["id"].int ?? 0)/")["made_by_agent"] == own["id"])
      }
    }

    @Test func `a decision of another's project is refused like one of none, and another's round is passed over`() async throws {
      try await IngestScene.with { scene in
        let about = Self.decision.merging(["project_id": scene.project])
        func without(_ name: String) -> JSON {
          var body = about
          body[name] = nil
          return .object(body)
        }
        func with(_ name: String, _ value: JSON) -> JSON { .object(about.merging([name: value])) }
        let foreign = scene.foreign.project
        try await scene.refuse(
          "decision",
          [
            ([:], 400, ["error": "Missing required field: project_id"]),
            (without("category"), 400, ["error": "Missing required field: category"]),
            (without("key"), 400, ["error": "Missing required field: key"]),
            (without("value"), 400, ["error": "Missing required field: value"]),
            (with("project_id", "seven"), 400, ["project_id": ["A valid integer is required."]]),
            (with("category", "taste"), 400, ["category": ["\"taste\" is not a valid choice."]]),
            (
              with("key", .string(String(repeating: "k", count: 201))), 400, ["key": ["Ensure this field has no more than 200 characters."]]
            ),
            (with("value", [:]), 400, ["value": ["Not a valid string."]]),
            (with("value", " "), 400, ["value": ["This field may not be blank."]]),
            (with("execution_round_id", "x"), 400, ["execution_round_id": ["Must be a valid UUID."]]),
            (with("project_id", .int(foreign)), 404, ["error": .string("Project \(foreign) not found")]),
            (with("project_id", 999_999), 404, ["error": "Project 999999 not found"]),
          ])
        let rounds: [(JSONObject, [String: String], JSON)] = [
          (["execution_round_id": .string(scene.foreign.id)], [:], .null), (["execution_round_id": IngestScene.unknown], [:], .null),
          ([:], ["X-Execution-Round": scene.foreign.id], .null), ([:], ["X-Execution-Round": scene.round.id], scene.id),
        ]
        for (index, (body, headers, expected)) in rounds.enumerated() {
          let value: JSONObject = ["value": .string("\(index)")]
          let made = try await scene.push("decision", .object(about.merging(body).merging(value)), headers)
          #expect(try await scene.api.get("/api/v1/decisions/\(made["id"].int ?? 0)/")["execution_round"] == expected, "\(index)")
        }
        let path = "/api/v1/decisions/?project=\(scene.round.project)&include_inactive=true"
        try await scene.isDoneOnce("decision", about.merging(["value": "once"]), other: ["value": "twice"]) {
          try await scene.api.rows(path).count
        }
        let events = try await scene.events(until: "decision") {
          _ = try await scene.push("decision", .object(about.merging(["value": "told"])))
        }
        #expect(
          events.last?.data
            == ["project_id": scene.project, "category": "tooling", "key": "linter", "value": "told", "made_by": ""])
      }
    }

    @Test func `a file is registered once and described anew`() async throws {
      try await IngestScene.with { scene in
        let body: JSONObject = ["project_id": scene.project, "file_path": "src/pushed.swift", "description": "Entry point"]
        let agent = try #require(try await scene.api.rows("/api/v1/agents/?is_system=true").first)
        let first = try await scene.push(
          "file-registry", .object(body.merging(["execution_round_id": scene.id, "created_by_agent_name": agent["name"]])))
        #expect(first["created"] == true)
        let path = "/api/v1/file-registry/\(first["id"].int ?? 0)/"
        let row = try await scene.api.get(path)
        #expect(row["project"] == scene.project && row["execution_round"] == scene.id && row["created_by_agent"] == agent["id"])
        #expect(row["file_path"] == "src/pushed.swift" && row["description"] == "Entry point")
        let events = try await scene.events(until: "file_registered") {
          let second = try await scene.push("file-registry", .object(body.merging(["description": "Start"])))
          #expect(second == ["status": "ok", "id": first["id"], "created": false])
        }
        #expect(events.last?.data == ["project_id": scene.project, "file_path": "src/pushed.swift", "created": false])
        let again = try await scene.api.get(path)
        #expect(again["description"] == "Start" && again["execution_round"] == .null && again["created_by_agent"] == .null, "overwritten")
        try await scene.refuse(
          "file-registry",
          [
            ([:], 400, ["error": "Missing required field: project_id"]),
            (["project_id": scene.project], 400, ["error": "Missing required field: file_path"]),
            (["project_id": scene.project, "file_path": "x"], 400, ["error": "Missing required field: description"]),
            (.object(body.merging(["description": ""])), 400, ["description": ["This field may not be blank."]]),
            (
              .object(body.merging(["project_id": .int(scene.foreign.project)])), 404,
              ["error": .string("Project \(scene.foreign.project) not found")]
            ),
            (.object(body.merging(["project_id": 999_999])), 404, ["error": "Project 999999 not found"]),
          ])
        let foreign = try await scene.push("file-registry", .object(body.merging(["execution_round_id": .string(scene.foreign.id)])))
        #expect(foreign["id"] == first["id"])
        #expect(try await scene.api.get(path)["execution_round"] == .null)
        try await scene.isDoneOnce("file-registry", body.merging(["file_path": "once"]), other: ["file_path": "twice"]) {
          try await scene.api.rows("/api/v1/file-registry/?project=\(scene.round.project)").count
        }
      }
    }

    @Test func `a ranking replaces that of the same roles and batches only, or the round's`() async throws {
      try await IngestScene.with { scene in
        let own = try await scene.api.post("/api/v1/agents/", ["name": "Own", "agent_no": "own-1", "duty": "d", "detail": "x"])
        let hidden = try await scene.stranger.post("/api/v1/agents/", ["name": "Hidden", "agent_no": "own-1", "duty": "d", "detail": "x"])
        let native = try await Self.ranking(scene).count
        try #require(native > 0)
        let candidates: [JSON] = [
          [
            "agent_id": .string("\(own["id"].int ?? 0)"), "is_selected": true, "total_score": 0.89, "s_base_score": "0.61",
            "requirement_fit_matched": ["skills": ["swift"]], "requirement_fit_partial": ["tools": 0.5], "risk_notes": ["new"],
            "reasons": ["knows Swift", "is free"], "role_assigned": "pushed", "decision_source": "user",
          ],
          ["agent_id": "agent-123", "agent_name": "Far", "reasons": "none", "role_assigned": "pushed"],
          ["agent_id": hidden["id"], "agent_name": "Foreign", "role_assigned": "pushed", "selection_order": 9],
          ["role_assigned": "pushed", "batch_index": 1],
        ]
        let events = try await scene.events(until: "agent_selection") {
          let answer = try await scene.push("agent-selection", ["execution_round_id": scene.id, "candidates": .array(candidates)])
          #expect(answer["created"] == 4)
          let pushed = try await Self.ranking(scene).filter { $0["role_assigned"] == "pushed" }
          #expect(Set((answer["ids"].array ?? []).compactMap(\.string)) == Set(pushed.compactMap { $0["id"].string }) && pushed.count == 4)
        }
        #expect(events.last?.data == ["execution_round_id": scene.id, "selected_agent": "Own", "candidate_count": 4])
        #expect(try await Self.ranking(scene).count == native + 4, "other roles stay")
        let rows = try await Self.ranking(scene).filter { $0["role_assigned"] == "pushed" }
        func row(_ name: String) throws -> JSON { try #require(rows.first { $0["agent_name"].string == name }, "\(name)") }
        let first = try row("Own")
        #expect(first["agent"] == own["id"] && first["selection_order"] == 0 && first["reasons"] == "knows Swift\nis free")
        #expect(first["total_score"] == 0.89 && first["s_base_score"] == 0.61 && first["decision_source"] == "user")
        #expect(first["requirement_fit_matched"] == ["skills": ["swift"]] && first["risk_notes"] == ["new"])
        for row in rows {
          let answer = try await scene.api.send(.get, "/api/v1/execution/selections/\(row["id"].string ?? "")/explain/")
          #expect([200, 409].contains(answer.status), "what was pushed without its parts: \(answer.text)")
        }
        #expect(try row("Far")["agent"] == .null && row("Far")["selection_order"] == 1)
        #expect(try row("Foreign")["agent"] == .null && row("Foreign")["selection_order"] == 9, "another's agent is none")

        let part: JSON = ["execution_round_id": scene.id, "candidates": [["agent_name": "New", "role_assigned": "pushed"]]]
        _ = try await scene.push("agent-selection", part)
        let kept = try await Self.ranking(scene).filter { $0["role_assigned"] == "pushed" }.map { $0["batch_index"] }
        #expect(kept.count == 2 && kept.contains(1), "the other batch stays")
        _ = try await scene.push("agent-selection", .object((part.object ?? [:]).merging(["mode": "replace_all"])))
        #expect(try await Self.ranking(scene).map { $0["agent_name"] } == ["New"])
        try await Self.refusals(scene)
      }
    }

    private static func ranking(_ scene: IngestScene) async throws -> [JSON] {
      try await scene.api.get("/api/v1/execution/rounds/\(scene.round.id)/agents/").array ?? []
    }

    private static func refusals(_ scene: IngestScene) async throws {
      let none: JSON = ["error": "Missing required field: candidates (must be non-empty array)"]
      func with(_ round: JSON) -> JSON { ["execution_round_id": round, "candidates": [[:]]] }
      try await scene.refuse(
        "agent-selection",
        [
          (["candidates": [[:]]], 400, ["error": "Missing required field: execution_round_id"]),
          (["execution_round_id": scene.id], 400, none), (["execution_round_id": scene.id, "candidates": []], 400, none),
          (
            ["execution_round_id": scene.id, "candidates": "x"], 400, ["candidates": ["Expected a list of items but got type \"str\"."]]
          ),
          (
            ["execution_round_id": scene.id, "candidates": [[:], ["total_score": "high", "decision_source": "dice"]]], 400,
            [
              "candidates": [
                "1": ["total_score": ["A valid number is required."], "decision_source": ["\"dice\" is not a valid choice."]]
              ]
            ]
          ),
          (
            ["execution_round_id": scene.id, "candidates": [["reasons": [1]]]], 400,
            ["candidates": ["0": ["reasons": ["Not a valid string."]]]]
          ),
          (with("x"), 400, ["execution_round_id": ["Must be a valid UUID."]]),
          (with(.string(scene.foreign.id)), 404, ["error": .string("ExecutionRound \(scene.foreign.id) not found")]),
          (with(IngestScene.unknown), 404, ["error": .string("ExecutionRound \(IngestScene.unknown.string ?? "") not found")]),
        ])
      let body: JSONObject = ["execution_round_id": scene.id, "candidates": [["role_assigned": "once"]]]
      try await scene.isDoneOnce("agent-selection", body, other: ["mode": "replace_all"]) { try await ranking(scene).count }
      let foreign = try await scene.stranger.get("/api/v1/execution/rounds/\(scene.foreign.id)/agents/").array ?? []
      #expect(!foreign.isEmpty && !foreign.contains { ["pushed", "once"].contains($0["role_assigned"]) })
    }
  }
}
