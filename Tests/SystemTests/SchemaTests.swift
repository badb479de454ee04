import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// The host against what it says of itself: schemathesis makes requests of the served schema and judges the answers by it.
  @Suite struct SchemaTests {
    private static let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    private static let schemathesis = HostProcess.sources.appending(path: ".build/venv/bin/schemathesis")

    @Test(.timeLimit(.minutes(20))) func `every answer to a key is as the schema says`() async throws {
      try await House.with { house in
        try await Self.fill(house)
        try await run(house, header: "X-API-Key: \(house.api.key ?? "")", phases: "coverage,fuzzing", examples: 3)
      }
    }

    @Test(.timeLimit(.minutes(20))) func `every answer to an owner is as the schema says, also along chains of requests`() async throws {
      try await House.with { house in
        try await Self.fill(house)
        try await house.host.command(
          "user", "create", "--username", "olga", "--tenant", "tests", "--role", "owner", "--password-stdin", input: "correct horse\n")
        let login = API(baseURL: house.host.baseURL, key: nil)
        let tokens = try await login.post("/api/v1/auth/token/", ["username": "olga", "password": "correct horse"], status: 200)
        let header = "Authorization: Bearer \(tokens["access"].string ?? "")"
        try await run(house, header: header, phases: "fuzzing,stateful", examples: 5)
      }
    }

    /// Rows that requests may hit.
    private static func fill(_ house: House) async throws {
      let round = try await Round.start(house.api)
      try await round.complete(house.api)
    }

    private func run(_ house: House, header: String, phases: String, examples: Int) async throws {
      try #require(
        FileManager.default.isExecutableFile(atPath: Self.schemathesis.path),
        "\(Self.schemathesis.path) is missing: run scripts/setup --tests")
      let folder = try HostProcess.makeDirectory()
      defer { try? FileManager.default.removeItem(at: folder) }
      let arguments = [
        "-C", folder.path, Self.schemathesis.path, "run", "\(house.host.baseURL)/api/schema/", "--header", header, "--phases", phases,
        "--max-examples", "\(examples)", "--checks", Self.checks, "--generation-deterministic", "--suppress-health-check", "all",
        "--no-shrink", "--warnings", "off", "--no-color", "--continue-on-failure",
      ]
      let result = try await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: arguments)
      print(result.output.suffix(1_000))
      #expect(result.code == 0, "\(result.output.suffix(20_000))\(result.errors)")
      let ended = try await house.host.plugins().filter { $0.value["restarts"] != 0 }
      #expect(ended.isEmpty)
    }
  }
}
