import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Logs, files and progress that agents push for a round: what is written can be read where the contract says.
  @Suite struct PushedRoundTests {
    @Test func `log entries come one by one or many at once, and loud ones are told`() async throws {
      try await IngestScene.with { scene in
        let long = String(repeating: "ü", count: 300)
        let events = try await scene.events(until: "log") {
          let one = try await scene.push(
            "log",
            [
              "execution_round_id": scene.id, "message": "Plan ready", "agent_name": "Lin", "source": "one", "metadata": ["step": 1],
              "timestamp": "2026-03-01T08:00:00+01:00",
            ])
          let row = try #require(try await Self.logs(scene, "one").first)
          #expect(row["id"] == one["id"] && row["level"] == "info" && row["message"] == "Plan ready" && row["agent_name"] == "Lin")
          #expect(row["metadata"] == ["step": 1] && row["timestamp"] == "2026-03-01T07:00:00Z" && row["agent"] == .null)
          let agent = try #require(try await scene.api.rows("/api/v1/agents/?is_system=true").first)
          let many = try await scene.push(
            "log",
            [
              "execution_round_id": scene.id,
              "logs": [
                ["level": "debug", "message": "first", "source": "many"],
                ["level": "error", "message": .string(long), "source": "many", "agent_name": agent["name"]],
              ],
            ])
          let rows = try await Self.logs(scene, "many")
          #expect(many["created"] == 2 && many["ids"] == .array(rows.map { $0["id"] }))
          #expect(rows.map { $0["message"] } == ["first", .string(long)] && rows.last?["agent"] == agent["id"])
          #expect(rows.allSatisfy { $0["timestamp"].string?.isEmpty == false })
        }
        #expect(events.last?.data["message"].string?.unicodeScalars.count == 200 && events.last?.data["level"] == "error")
        let told = try await eventually("the round's events") {
          let told = try await Self.events(scene, "log_message")
          return told.count == 2 ? told : nil
        }
        #expect(told.map { $0["level"] } == ["info", "error"], "what is for debugging is not told")
        #expect(told.first == ["execution_round_id": scene.id, "level": "info", "message": "Plan ready", "agent_name": "Lin"])
      }
    }

    @Test func `a log entry is checked alone and in a batch, and goes to no other's round`() async throws {
      try await IngestScene.with { scene in
        let missing: JSON = ["This field is required."]
        func batch(_ logs: JSON, _ round: JSON) -> JSON { ["execution_round_id": round, "logs": logs] }
        let entry: JSON = ["message": "x"]
        let nobody = IngestScene.unknown
        try await scene.refuse(
          "log",
          [
            ([:], 400, ["execution_round_id": missing, "message": missing]),
            (["logs": []], 400, ["error": "Missing required field: execution_round_id"]),
            (
              ["execution_round_id": scene.id, "message": "x", "level": "loud", "metadata": []], 400,
              [
                "level": ["\"loud\" is not a valid choice."], "metadata": ["Expected a dictionary of items but got type \"list\"."],
              ]
            ),
            (batch("x", scene.id), 400, ["logs": ["Expected a list of items but got type \"str\"."]]),
            (
              batch([entry, [:], 7, ["message": "x", "level": "loud"]], scene.id), 400,
              [
                "logs": [
                  "1": ["message": missing], "2": ["non_field_errors": ["Invalid data. Expected a dictionary, but got int."]],
                  "3": ["level": ["\"loud\" is not a valid choice."]],
                ]
              ]
            ),
            (
              batch(.array(Array(repeating: entry, count: 501)), scene.id), 400,
              ["logs": ["Ensure this field has no more than 500 elements."]]
            ),
            (batch([entry], nobody), 404, ["error": .string("ExecutionRound \(nobody.string ?? "") not found")]),
            (batch([entry], .string(scene.foreign.id)), 404, ["error": .string("ExecutionRound \(scene.foreign.id) not found")]),
            (
              ["execution_round_id": .string(scene.foreign.id), "message": "x"], 404,
              ["error": .string("ExecutionRound \(scene.foreign.id) not found")]
            ),
          ])
        let full = batch(.array(Array(repeating: ["message": "x", "level": "debug", "source": "full"], count: 500)), scene.id)
        #expect(try await scene.push("log", full)["created"] == 500)
        #expect(try await Self.logs(scene, "full").count == 500)
        #expect(try await scene.push("log", batch([], scene.id)) == ["status": "ok", "created": 0, "ids": []])
        let body: JSONObject = ["execution_round_id": scene.id, "message": "once", "source": "once"]
        try await scene.isDoneOnce("log", body, other: ["message": "twice"]) { try await Self.logs(scene, "once").count }
        let foreign = try await scene.stranger.get("/api/v1/execution/rounds/\(scene.foreign.id)/logs/?limit=1000").array ?? []
        #expect(!foreign.isEmpty && !foreign.contains { $0["message"] == "x" })
      }
    }

    @Test func `an artifact comes back byte for byte, short or long, and replaces the one with its path`() async throws {
      try await IngestScene.with { scene in
        let requirement = try #require(
          try await scene.api.get("/api/v1/execution/rounds/\(scene.round.id)/requirements/").array?.last)
        let agent = try #require(try await scene.api.rows("/api/v1/agents/?is_system=true").first)
        let text = "  print(\"grüße\")\n"
        let events = try await scene.events(until: "artifact_created") {
          let made = try await scene.push(
            "artifact",
            [
              "execution_round_id": scene.id, "file_path": "\\pushed\\.\\app.py", "content": .string(text), "language": "python",
              "artifact_type": "test", "agent_name": agent["name"], "requirement_id": requirement["requirement_id"],
            ])
          #expect(
            made["storage"] == "database" && made["created"] == true && made["size_bytes"] == 19 && made["file_path"] == "pushed/app.py")
          let row = try await Self.artifact(scene, made)
          #expect(
            row["file_name"] == "app.py" && row["language"] == "python" && row["artifact_type"] == "test" && row["encoding"] == "utf-8")
          #expect(row["generated_by_agent"] == agent["id"] && row["requirement_execution"] == requirement["id"])
          #expect(try await Self.content(scene, made) == Array(text.utf8))
        }
        let data = try #require(events.last?.data)
        #expect(
          data["file_path"] == "pushed/app.py" && data["type"] == "test" && data["artifact_type"] == "test" && data["size_bytes"] == 19)
        #expect(data["execution_round_id"] == scene.id && data["generated_by"] == agent["name"] && data["artifact_id"].string?.count == 36)

        var ids: Set<String> = []
        var keys: [JSON] = []
        for (count, place) in [(0, "database"), (102_399, "database"), (102_400, "s3"), (700_000, "s3"), (9, "database")] {
          let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &+ 200) }
          let made = try await scene.push(
            "artifact",
            [
              "execution_round_id": scene.id, "file_path": "data.bin", "content": .string(Base64.text(bytes)), "encoding": "base64",
            ])
          #expect(
            made["storage"].string == place && made["size_bytes"].int == Int64(count) && made["created"] == .bool(count == 0), "\(count)")
          #expect(try await Self.content(scene, made) == bytes, "\(count) bytes")
          let row = try await Self.artifact(scene, made)
          ids.insert(row["id"].string ?? "")
          if row["s3_key"] != "" { keys.append(row["s3_key"]) }
        }
        #expect(ids.count == 1 && keys.count == 2)
        for key in keys {
          let params: JSON = ["key": key]
          let gone = try await scene.house.host.command(
            "plugin", "call", "artifacts-files", "blobs.delete", "--params", params.text, "--tenant", scene.house.tenant)
          #expect(try JSON(parsing: gone) == ["deleted": false], "replaced content is gone: \(key.text)")
        }
      }
    }

    @Test func `an artifact has a limit and a path inside its round, which is the tenant's`() async throws {
      try await IngestScene.with { scene in
        let missing: JSON = ["This field is required."]
        func with(_ more: JSONObject) -> JSON {
          .object((["execution_round_id": scene.id, "file_path": "x.txt", "content": "x"] as JSONObject).merging(more))
        }
        try await scene.refuse(
          "artifact",
          [
            ([:], 400, ["execution_round_id": missing, "file_path": missing, "content": missing]),
            (with(["content": .null]), 400, ["content": ["This field may not be null."]]),
            (with(["content": true]), 400, ["content": ["Not a valid string."]]),
            (with(["content": "*", "encoding": "base64"]), 400, ["content": ["Not valid base64."]]),
            (with(["artifact_type": "poem"]), 400, ["artifact_type": ["\"poem\" is not a valid choice."]]),
            (with(["encoding": "utf-16"]), 400, ["encoding": ["\"utf-16\" is not a valid choice."]]),
            (with(["file_path": "a/../../b"]), 400, ["file_path": ["A path may not contain \"..\"."]]),
            (with(["file_path": "C:\\b"]), 400, ["file_path": ["A path may not begin with a drive letter."]]),
            (
              with(["content": .string(String(repeating: "x", count: 10_485_761))]), 413,
              ["error": "Artifact content is too large", "size_bytes": 10_485_761]
            ),
            (
              with(["execution_round_id": .string(scene.foreign.id)]), 404,
              ["error": .string("ExecutionRound \(scene.foreign.id) not found")]
            ),
            (
              with(["execution_round_id": IngestScene.unknown]), 404,
              ["error": .string("ExecutionRound \(IngestScene.unknown.string ?? "") not found")]
            ),
          ])
        let foreign = try await scene.stranger.get("/api/v1/execution/rounds/\(scene.foreign.id)/requirements/").array?.first
        let made = try await scene.push("artifact", with(["requirement_id": "REQ-none", "agent_name": "Nobody"]))
        let row = try await Self.artifact(scene, made)
        #expect(row["requirement_execution"] == .null && row["generated_by_agent"] == .null && foreign != nil)
        #expect(try await scene.stranger.send(.get, "/api/v1/execution/artifacts/\(made["artifact_id"].string ?? "")/").status == 404)
        let largest = try await scene.push(
          "artifact", with(["content": .string(Base64.text([UInt8](repeating: 255, count: 10_485_760))), "encoding": "base64"]))
        #expect(largest["storage"] == "s3" && largest["size_bytes"] == 10_485_760)
        let body: JSONObject = ["execution_round_id": scene.id, "file_path": "once.txt", "content": "x"]
        try await scene.isDoneOnce("artifact", body, other: ["content": "y"]) {
          try await scene.api.get("/api/v1/execution/rounds/\(scene.round.id)/artifacts/").array?.count ?? 0
        }
      }
    }

    @Test func `without an object store the database keeps long artifacts`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try folder.disable("80-artifacts-files.toml")
      try await IngestScene.with(plugins: folder) { scene in
        let text = String(repeating: "line\n", count: 40_000)
        let made = try await scene.push(
          "artifact", ["execution_round_id": scene.id, "file_path": "long.txt", "content": .string(text)])
        #expect(made["storage"] == "database" && made["size_bytes"] == 200_000)
        #expect(try await Self.content(scene, made) == Array(text.utf8))
      }
    }

    private static func logs(_ scene: IngestScene, _ source: String) async throws -> [JSON] {
      try await scene.api.get("/api/v1/execution/rounds/\(scene.round.id)/logs/?source=\(source)&limit=1000").array ?? []
    }

    private static func artifact(_ scene: IngestScene, _ made: JSON) async throws -> JSON {
      try await scene.api.get("/api/v1/execution/artifacts/\(made["artifact_id"].string ?? "")/")
    }

    private static func content(_ scene: IngestScene, _ made: JSON) async throws -> [UInt8]? {
      let answer = try await scene.api.get("/api/v1/execution/artifacts/\(made["artifact_id"].string ?? "")/content/")
      let text = answer["content"].string ?? ""
      return answer["encoding"] == "base64" ? Base64.bytes(text) : Array(text.utf8)
    }

    /// The data of the round's stored events of a kind that pushes made: those after its end.
    static func events(_ scene: IngestScene, _ type: String) async throws -> [JSON] {
      var rows: [JSON] = []
      var after: Int64 = 0
      while true {
        let answer = try await scene.api.get("/api/v1/execution/rounds/\(scene.round.id)/events/?after=\(after)&limit=1000")
        rows += answer["results"].array ?? []
        guard let next = answer["next_after"].int, next > after else { break }
        after = next
      }
      let end = rows.firstIndex { $0["type"] == "execution_completed" } ?? rows.endIndex
      return rows[end...].filter { $0["type"].string == type }.map { $0["data"] }
    }
  }
}
