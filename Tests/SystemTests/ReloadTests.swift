import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// SIGHUP: manifests, configuration and certificate, all changed at once.
  @Suite struct ReloadTests {
    @Test func `SIGHUP applies the difference, names what it cannot, and leaves the rest alone`() async throws {
      let (data, plugins) = (try HostProcess.makeDirectory(), try PluginFolder())
      defer { plugins.remove() }
      let authority = try await CertificateAuthority(in: data)
      let first = try await authority.issue("first", serial: 11)
      try configure(data, level: "info", first)
      let house = try await House.open(data: data, plugins: plugins)
      do {
        let before = try await house.host.plugins()
        #expect(try await isServed("0b", authority, house))
        #expect(try await status("/api/v1/observability/usage/", authority, house) == 200)

        try FaultCase(name: "new", cause: nil, words: "").install(in: plugins)
        try plugins.disable("70-ingest.toml")
        try plugins.edit("40-chat.toml") { $0.replacing("attempts = 3", with: "attempts = 2") }
        try plugins.edit("50-selection.toml") { $0.replacing("requires", with: "reqires") }
        try configure(
          data, level: "debug", try await authority.issue("second", serial: 12), more: "cors_allowed_origins = [\"https://a.example\"]\n")
        #expect(kill(house.host.pid, SIGHUP) == 0)

        try await eventually("the changes to be in force", within: .seconds(60)) {
          house.host.logText.contains("problems=1") && house.host.logText.contains("at_restart=cors_allowed_origins") ? true : nil
        }
        let after = try await house.host.plugins()
        #expect(after["bad-new"]?["state"] == "ready" && after["ingest"] == nil)
        #expect(after["chat"]?["pid"] != before["chat"]?["pid"], "what changed is replaced")
        for id in ["storage-sqlite", "projects", "execution", "llm-offline"] { #expect(after[id]?["pid"] == before[id]?["pid"], "\(id)") }
        #expect(house.host.logText.contains("50-selection.toml:") && house.host.logText.contains("did you mean 'requires'?"))
        #expect(try await isServed("0c", authority, house))
        #expect(try await status("/api/v1/observability/usage/", authority, house) == 404)
        #expect(try await status("/api/v1/projects/", authority, house) == 200)
        try await goesOnWithBrokenConfiguration(data, house)
      } catch {
        print(house.host.logText.suffix(8_000))
        await house.host.stop()
        throw error
      }
      await house.host.stop()
    }

    private func configure(_ data: URL, level: String, _ files: (certificate: String, key: String), more: String = "") throws {
      let text = "log_level = \"\(level)\"\ntls_certificate = \"\(files.certificate)\"\ntls_key = \"\(files.key)\"\n\(more)"
      try Data(text.utf8).write(to: data.appending(path: "hivecore.toml"))
    }

    private func curl(_ arguments: [String], _ authority: CertificateAuthority, _ house: House) async throws -> String {
      try await RunningProcess.run(
        program: URL(filePath: "/usr/bin/env"),
        arguments: ["curl", "-s", "--cacert", authority.root, "-H", "X-API-Key: \(house.api.key ?? "")"] + arguments
      ).output
    }

    private func isServed(_ serial: String, _ authority: CertificateAuthority, _ house: House) async throws -> Bool {
      try await curl(["-w", "%{certs}", house.host.baseURL + "/api/health/"], authority, house).contains("Serial Number:\(serial)\n")
    }

    private func status(_ path: String, _ authority: CertificateAuthority, _ house: House) async throws -> Int? {
      Int(try await curl(["-o", "/dev/null", "-w", "%{http_code}", house.host.baseURL + path], authority, house))
    }

    private func goesOnWithBrokenConfiguration(_ data: URL, _ house: House) async throws {
      let before = try await house.host.plugins().mapValues { $0["pid"] }
      let file = data.appending(path: "hivecore.toml")
      let good = try Data(contentsOf: file)
      try Data("log_levle = \"info\"\n".utf8).write(to: file)
      #expect(kill(house.host.pid, SIGHUP) == 0)
      try await eventually("the refusal in the log") { house.host.logText.contains("not reloaded") ? true : nil }
      #expect(house.host.logText.contains("did you mean 'log_level'?"))
      try good.write(to: file)
      #expect(try await house.host.plugins().mapValues { $0["pid"] } == before)
    }
  }
}
