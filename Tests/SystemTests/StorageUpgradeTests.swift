import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// The storage plugin is replaced while clients write: nothing is lost and nothing happens twice.
  @Suite struct StorageUpgradeTests {
    /// HIVECORE_UPGRADES=200 for the long run.
    private static let upgrades = ProcessInfo.processInfo.environment["HIVECORE_UPGRADES"].flatMap { Int($0) } ?? 8
    /// Every so many upgrades another plugin brings a new field for its collection.
    private static let schemaEvery = 4

    @Test func `upgrades in a row under load, some with a schema change, lose and double nothing`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try contribute(fields: 1, folder)
      try await House.with(plugins: folder) { house in
        let conversation = try await house.api.post("/api/v1/conversations/", ["title": "load"])["id"].int ?? 0
        let round = try await Round.start(house.api)
        let programs = try [0, 1].map { try copyOfStorage($0, folder) }
        var fields = 1
        var longest = Duration.zero
        let load = WriteLoad(house.api, conversation: conversation)
        let report = try await load.during {
          for number in 1...Self.upgrades {
            let begun = ContinuousClock.now
            let change = try await house.host.command("plugin", "upgrade", "storage-sqlite", "--exec", programs[number % 2])
            longest = max(longest, .now - begun)
            #expect(change == "storage-sqlite: upgraded\n")
            guard number % Self.schemaEvery == 0 else { continue }
            fields += 1
            try contribute(fields: fields, folder)
            // Both at once: the migration and the next change of processes.
            async let other = house.host.command("plugin", "upgrade", "bad-schema")
            async let storage = house.host.command("plugin", "upgrade", "storage-sqlite")
            let changes = try await [other, storage]
            #expect(changes == ["bad-schema: upgraded\n", "storage-sqlite: upgraded\n"])
            try await writesNote(fields, house.api)
          }
          try await refusesBadVersion(folder, house)
        }
        print("\(Self.upgrades) upgrades, the longest took \(longest)\n" + report.summary)
        try await verify(report, conversation, house)
        try await round.complete(house.api)
        #expect(try await round.files(house.api)["index.html"] != nil)
      }
    }

    /// A plugin that contributes a collection of so many fields.
    private func contribute(fields: Int, _ folder: PluginFolder) throws {
      let source = try String(contentsOf: HostProcess.sources.appending(path: "Tests/Fixtures/plugin.py"), encoding: .utf8)
      let script = folder.url.appending(path: "bad-schema")
      try ProgramFile.write(source.replacing(/FIELDS = .*/, with: "FIELDS = \(fields)", maxReplacements: 1), to: script)
      try folder.write(
        "95-schema.toml",
        """
        id = "bad-schema"
        version = "\(fields).0.0"
        exec = "\(script.path)"
        [health]
        ready = "60s"
        """)
    }

    /// The program under another name, as a package with a new version would bring it.
    private func copyOfStorage(_ number: Int, _ folder: PluginFolder) throws -> String {
      let copy = folder.url.appending(path: "storage-\(number)")
      try FileManager.default.copyItem(at: HostProcess.products.appending(path: "hivecore-storage-sqlite"), to: copy)
      return copy.path
    }

    /// The new field can be written and read at once.
    private func writesNote(_ fields: Int, _ api: API) async throws {
      let name = "extra_\(fields - 1)"
      let made = try await api.post("/api/v1/x/bad-schema/notes/", JSON.object(JSONObject([("title", "note"), (name, "new")])))
      #expect(made[name] == "new", "\(made.text)")
      let rows = try await api.rows("/api/v1/x/bad-schema/notes/")
      #expect(rows.allSatisfy { $0[name].string != nil }, "earlier rows have the default")
    }

    private func refusesBadVersion(_ folder: PluginFolder, _ house: House) async throws {
      let before = try await house.host.plugin("storage-sqlite")["pid"]
      let bad = folder.url.appending(path: "storage-bad")
      try ProgramFile.write("#!/bin/sh\necho 'no such luck' >&2\nexit 1\n", to: bad)
      let refused = await #expect(throws: HostProcess.Failure.self) {
        try await house.host.command("plugin", "upgrade", "storage-sqlite", "--exec", bad.path)
      }
      let reason = refused.map { "\($0)" } ?? ""
      #expect(reason.contains("no such luck"), "the operator reads why: \(reason)")
      #expect(try await house.host.plugin("storage-sqlite")["pid"] == before)
    }

    private func verify(_ report: WriteLoad.Report, _ conversation: Int64, _ house: House) async throws {
      let messages = try await house.api.rows("/api/v1/messages/?conversation=\(conversation)")
      let events = try await house.api.rows("/api/v1/observability/timeline/?event_type=load")
      report.verify(stored: messages.compactMap { $0["content"].string } + events.compactMap { $0["message"].string })
      #expect(report.refusals.map(\.text) == [], "no client noticed anything")
      #expect(report.longestOutage < .seconds(10))
      let status = try await house.host.plugin("storage-sqlite")
      #expect(status["restarts"] == 0 && status["state"] == "ready")
    }
  }
}
