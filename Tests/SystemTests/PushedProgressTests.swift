import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Progress that agents push, and who may push at all.
  @Suite struct PushedProgressTests {
    @Test func `progress changes what it names and keeps the rest`() async throws {
      try await IngestScene.with { scene in
        let before = try await Self.progress(scene)
        let events = try await scene.events(until: "execution_progress") {
          _ = try await scene.push(
            "progress",
            [
              "execution_round_id": scene.id, "event": "thinking", "phase": "planning", "current_agent": "Lin", "agent_name": "Wei",
              "task": .string(String(repeating: "t", count: 300)), "progress_percent": "45", "completed_tasks": 3, "message": "hard",
              "mood": ["is": "good"],
            ])
        }
        let after = try await Self.progress(scene)
        #expect(after["current_phase"] == "planning" && after["current_agent"] == "Lin" && after["progress_percent"] == 45)
        #expect(after["current_task"].string == String(repeating: "t", count: 255) && after["completed_tasks"] == 3)
        #expect(after["total_tasks"] == before["total_tasks"] && before["total_tasks"] != 0, "what is not named stays")
        #expect(after["last_event"] == "thinking" && after["last_event_data"] == ["mood": ["is": "good"], "message": "hard"])
        let data = try #require(events.last?.data)
        #expect(data["execution_round_id"] == scene.id && data["status"] == "completed" && data["phase"] == "planning")
        #expect(data["progress_percent"] == 45 && data["completed_tasks"] == 3 && data["total_tasks"] == before["total_tasks"])
        #expect(data["current_agent"] == "Lin" && data["message"] == "hard")

        _ = try await scene.push("progress", ["event": "by_header"], ["X-Execution-Round": scene.round.id])
        let last = try await Self.progress(scene)
        #expect(last["last_event"] == "by_header" && last["progress_percent"] == 45 && last["last_event_data"] == [:])
      }
    }

    @Test func `known reports are told under the names of their events`() async throws {
      try await IngestScene.with { scene in
        let reports: [(JSONObject, String, JSONObject)] = [
          (["event": "round_start", "inner_round": 2, "total_rounds": 3], "inner_round_started", ["inner_round": 2, "total_rounds": 3]),
          (["event": "agent_start", "agent_name": "Lin", "task": "REQ-001"], "agent_started", ["agent_name": "Lin", "task": "REQ-001"]),
          (
            ["event": "agent_end", "output": .string(String(repeating: "o", count: 600)), "duration_ms": 12.5, "tokens_used": 7],
            "agent_completed",
            [
              "agent_name": "Lin", "task": "REQ-001", "output": .string(String(repeating: "o", count: 500)), "duration_ms": 12.5,
              "tokens_used": 7,
            ]
          ),
          (["event": "agent_complete"], "agent_completed", ["agent_name": "Lin", "output": ""]),
          (["event": "agent_error", "error": "no disk"], "agent_error", ["agent_name": "Lin", "task": "REQ-001", "error": "no disk"]),
          (
            ["event": "artifact_created", "file_path": "a/b.py", "artifact_type": "code", "size_bytes": 3], "artifact_created",
            ["file_path": "a/b.py", "file_name": "b.py", "artifact_type": "code", "type": "code", "size_bytes": 3, "generated_by": "Lin"]
          ),
          (
            ["event": "round_complete", "inner_round": 2, "passed": 4, "total": 5], "inner_round_completed",
            ["inner_round": 2, "passed": 4, "total": 5]
          ),
        ]
        for (body, type, expected) in reports {
          let before = try await PushedRoundTests.events(scene, type).count
          _ = try await scene.push("progress", .object(body.merging(["execution_round_id": scene.id])))
          let told = try await PushedRoundTests.events(scene, type)
          #expect(told.count == before + 1, "\(type)")
          let data = told.last ?? .null
          #expect(data["execution_round_id"] == scene.id)
          for (name, value) in expected.members { #expect(data[name] == value, "\(type): \(name) is \(data[name].text)") }
        }
        #expect(try await PushedRoundTests.events(scene, "execution_progress").isEmpty, "each is told once")
      }
    }

    @Test func `progress needs a round of the tenant, in the body or the header`() async throws {
      try await IngestScene.with { scene in
        let before = try await scene.stranger.get("/api/v1/execution/rounds/\(scene.foreign.id)/status/")["progress"]
        func with(_ more: JSONObject) -> JSON { .object((["execution_round_id": scene.id, "event": "e"] as JSONObject).merging(more)) }
        try await scene.refuse(
          "progress",
          [
            (["execution_round_id": scene.id], 400, ["event": ["This field is required."]]),
            (["event": "e"], 400, ["execution_round_id": ["This field is required."]]),
            (with(["event": ""]), 400, ["event": ["This field may not be blank."]]),
            (with(["progress_percent": 101]), 400, ["progress_percent": ["Ensure this value is less than or equal to 100."]]),
            (with(["progress_percent": -1]), 400, ["progress_percent": ["Ensure this value is greater than or equal to 0."]]),
            (with(["total_tasks": "many"]), 400, ["total_tasks": ["A valid integer is required."]]),
            (with(["mood": "\u{0}"]), 400, ["detail": "Null characters are not allowed."]),
            (
              with(["execution_round_id": .string(scene.foreign.id)]), 404,
              ["error": .string("ExecutionRound \(scene.foreign.id) not found")]
            ),
            (
              with(["execution_round_id": IngestScene.unknown]), 404,
              ["error": .string("ExecutionRound \(IngestScene.unknown.string ?? "") not found")]
            ),
          ])
        let foreign = try await scene.answer("progress", ["event": "e"], ["X-Execution-Round": scene.foreign.id])
        #expect(foreign.status == 400 && foreign.json == ["execution_round_id": ["This field is required."]])
        #expect(try await scene.stranger.get("/api/v1/execution/rounds/\(scene.foreign.id)/status/")["progress"] == before)
        try await scene.isDoneOnce("progress", ["execution_round_id": scene.id, "event": "once"], other: ["event": "twice"]) {
          try await PushedRoundTests.events(scene, "execution_progress").count
        }
      }
    }

    @Test func `pushing needs a key`() async throws {
      try await House.with { house in
        let nobody = API(baseURL: house.host.baseURL)
        let wrong = API(baseURL: house.host.baseURL, key: "hc_wrong")
        for route in ["agent-selection", "artifact", "decision", "file-registry", "log", "progress"] {
          let path = "/api/v1/observability/ingest/\(route)/"
          let unnamed = try await nobody.send(.post, path, [:])
          #expect(unnamed.status == 401 && unnamed.json == ["error": "Invalid or missing API key"], "\(route): \(unnamed.text)")
          let mistaken = try await wrong.send(.post, path, [:])
          #expect(mistaken.status == 401 && mistaken.json == ["detail": "Invalid API key"], "\(route): \(mistaken.text)")
          #expect(try await house.api.send(.get, path).status == 405)
        }
      }
    }

    private static func progress(_ scene: IngestScene) async throws -> JSON {
      try await scene.api.get("/api/v1/execution/rounds/\(scene.round.id)/status/")["progress"]
    }
  }
}
