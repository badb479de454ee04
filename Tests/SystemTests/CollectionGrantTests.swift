import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// A plugin that may call storage gets at its own rows and those its manifest names, by whatever way.
  @Suite struct CollectionGrantTests {
    private static let nosy = FaultCase(
      name: "nosy", mode: "nosy", manifest: "[collections]\nread = [\"project\"]\n", cause: nil, words: "")

    @Test func `accounts and keys stay out of a plugin's reach, and the report names its attempts`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try Self.nosy.install(in: folder)
      try folder.edit("90-nosy.toml") { $0.replacing("requires = [\"test\"]", with: "requires = [\"storage\"]\ngrants = [\"system\"]") }
      try await House.with(plugins: folder) { house in
        _ = try await house.api.post("/api/v1/projects/", ["name": "visible"])
        try await readsWhatItMay(house)
        try await attacks(house)
        try await contributesNoWayIn(house)
        let report = try JSON(parsing: try await house.host.command("plugin", "report", "bad-nosy", "--json"))
        #expect(report["granted"]["collections"] == ["read": ["project"], "write": []])
        let denied = (report["denied"].array ?? []).map { "\($0["method"].string ?? "") \($0["reason"].string ?? "")" }
        for words in [
          "storage.read user may not be read", "storage.transact api_key may not be read", "storage.migrate bad-nosy may not",
        ] {
          #expect(denied.contains { $0.hasPrefix(words) || $0.contains(words) }, "\(words): \(denied)")
        }
      }
    }

    private func call(_ method: String, _ params: JSON, meta: JSON = [:], _ house: House) async throws -> JSON {
      let params: JSON = ["method": .string(method), "params": params, "meta": meta]
      let answer = try await house.host.command(
        "plugin", "call", "bad-nosy", "test.call", "--tenant", house.tenant, "--params", params.text)
      return try JSON(parsing: answer)
    }

    private func readsWhatItMay(_ house: House) async throws {
      let projects = try await call("storage.read", ["collection": "project", "op": "select", "shape": ["name"]], house)
      #expect(projects["answer"]["rows"] == [["name": "visible"]], "\(projects.text)")
      let made: JSON = ["op": "insert", "collection": "bad_nosy_note", "values": ["title": "mine", "user": 1]]
      let own = try await call("storage.transact", ["steps": [made]], house)
      #expect(own["error"]["data"]["code"] == "no_reference" || !own["answer"].isNull, "its own rows: \(own.text)")
    }

    private func attacks(_ house: House) async throws {
      let attempts: [(String, JSON)] = [
        ("storage.read", ["collection": "user", "op": "select", "shape": ["username", "password"]]),
        ("storage.read", ["collection": "api_key", "op": "count", "filter": [["hash", "contains", "a"]]]),
        ("storage.read", ["collection": "bad_nosy_note", "op": "select", "shape": "list"]),
        ("storage.read", ["collection": "bad_nosy_note", "op": "count", "filter": [["user.password", "contains", "a"]]]),
        ("storage.transact", ["steps": [["op": "update", "collection": "api_key", "key": "x", "set": ["revoked": false]]]]),
        ("storage.transact", ["steps": [["op": "insert", "collection": "project", "values": ["name": "only to be read"]]]]),
        ("storage.migrate", ["collections": []]), ("storage.backup", ["path": "/tmp/x"]),
        ("storage.lease", ["queue": "rounds", "ttl_ms": 1]),
        ("storage.events", ["after": 0]),
      ]
      for (method, params) in attempts {
        for meta: JSON in [[:], ["system": true]] {
          let answer = try await call(method, params, meta: meta, house)
          #expect(answer["error"]["code"] == -31006, "\(method) \(params.text) as \(meta.text): \(answer.text)")
        }
      }
    }

    /// What it contributes reaches no further than it may itself.
    private func contributesNoWayIn(_ house: House) async throws {
      for path in ["users/", "notes/", "notes/?guess=a"] {
        let answer = try await house.api.send(.get, "/api/v1/x/bad-nosy/\(path)")
        #expect(answer.status == 500 && !answer.text.contains("password"), "\(path): \(answer.status) \(answer.text)")
      }
    }
  }
}
