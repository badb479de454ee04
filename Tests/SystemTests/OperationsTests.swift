import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// What an operator sets up around a host: certificates, services from the environment, monitoring, limits.
  @Suite struct OperationsTests {
    private func curl(_ arguments: String...) async throws -> RunningProcess.Result {
      try await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: ["curl", "-s"] + arguments)
    }

    private func hivecore(_ arguments: [String], _ environment: [String: String]) async throws -> RunningProcess.Result {
      try await RunningProcess.run(
        program: HostProcess.products.appending(path: "hivecore"), arguments: arguments, environment: environment)
    }

    @Test func `a certificate is replaced while the host serves, by itself and on SIGHUP`() async throws {
      let folder = try HostProcess.makeDirectory()
      defer { try? FileManager.default.removeItem(at: folder) }
      let authority = try await CertificateAuthority(in: folder)
      let files = try await authority.issue("first", serial: 11)
      let environment = ["HIVECORE_TLS_CERTIFICATE": files.certificate, "HIVECORE_TLS_KEY": files.key]
      try await House.with(environment: environment) { house async throws in
        let url = house.host.baseURL + "/api/health/"
        #expect(url.hasPrefix("https://"))
        let served = { (serial: String) async throws -> Bool? in
          let answer = try await curl("--cacert", authority.root, "-w", "%{certs}", url)
          return answer.output.hasPrefix("{\"status\":\"healthy\"}") && answer.output.contains("Serial Number:\(serial)\n") ? true : nil
        }
        #expect(try await served("0b") == true)
        #expect(try await curl(url).code == 60)
        for (name, serial, shown) in [("second", 12, "0c"), ("third", 13, "0d")] {
          let next = try await authority.issue(name, serial: serial)
          try CertificateAuthority.replace(files.certificate, with: next.certificate)
          try CertificateAuthority.replace(files.key, with: next.key)
          if name == "third" { kill(house.host.pid, SIGHUP) }
          try await eventually("the certificate \(name)") { try await served(shown) }
        }
        try Data("broken".utf8).write(to: URL(filePath: files.key))
        kill(house.host.pid, SIGHUP)
        try await eventually("the complaint in the log") { house.host.logText.contains("the old one goes on serving") ? true : nil }
        #expect(try await served("0d") == true)
      }
    }

    /// The command fails before the host that it started for itself is up.
    @Test(.timeLimit(.minutes(3))) func `a command that is refused at once ends at once`() async throws {
      let data = try HostProcess.makeDirectory()
      defer { try? FileManager.default.removeItem(at: data) }
      for _ in 0..<3 {
        let arguments = ["tenant", "create", "--name", "n", "--slug", "no slug", "--data", data.path]
        let refused = try await hivecore(arguments, [:])
        #expect(refused.code == 1 && refused.errors.contains("a slug is"), "\(refused)")
      }
      #expect(try await HostProcess.command(on: data, "tenant", "list", "--json").isEmpty == false, "it stopped as it should")
    }

    @Test func `promtool accepts the metrics, and they count requests`() async throws {
      try await House.with { house async throws in
        _ = try await house.api.get("/api/v1/projects/")
        let metrics = try await curl(house.host.baseURL + "/metrics").output
        let check = try await RunningProcess.run(
          program: URL(filePath: "/usr/bin/env"), arguments: ["promtool", "check", "metrics"], input: metrics)
        #expect(check.code == 0 && check.output.isEmpty && check.errors.isEmpty, "\(check)")
        #expect(metrics.contains("hivecore_plugin_ready{plugin=\"storage-sqlite\"} 1"))
        #expect(metrics.contains("hivecore_http_requests_total{method=\"GET\",status=\"200\"}"))
        #expect(metrics.contains("hivecore_host_resident_bytes "))
        let read = "{plugin=\"storage-sqlite\",method=\"storage.read\"}"
        #expect(metrics.contains("hivecore_method_calls_total\(read)") && metrics.contains("hivecore_method_duration_seconds_count\(read)"))
        #expect(metrics.contains("hivecore_plugin_circuit_open{plugin=\"chat\"} 0"))
        #expect(
          try await curl("-H", "X-Forwarded-For: 1.2.3.4", "-w", "%{http_code}", house.host.baseURL + "/metrics").output.hasSuffix("403"))
      }
    }

    @Test func `operators see the processes over HTTP, and a team stops at the limit`() async throws {
      try await House.with { house async throws in
        for (name, flags) in [("ops", ["--operator"]), ("owner", [])] {
          let arguments = [
            "user", "create", "--username", name, "--tenant", "tests", "--role", "owner", "--password-stdin", "--data",
            house.host.data.path,
          ]
          let made = try await RunningProcess.run(
            program: HostProcess.products.appending(path: "hivecore"), arguments: arguments + flags, input: "correct horse\n")
          #expect(made.code == 0, "\(made.errors)")
        }
        let login = { (name: String) async throws -> String in
          let pair = try await house.api.post("/api/v1/auth/token/", ["username": .string(name), "password": "correct horse"], status: 200)
          return pair["access"].string ?? ""
        }
        let api = API(baseURL: house.host.baseURL)
        let path = "/api/v1/system/plugins/"
        let seen = try await api.send(.get, path, headers: ["Authorization": "Bearer \(try await login("ops"))"])
        #expect(seen.json["plugins"].array?.contains { $0["id"] == "projects" && $0["state"] == "ready" } == true)
        #expect(try await api.send(.get, path, headers: ["Authorization": "Bearer \(try await login("owner"))"]).status == 403)

        try await house.host.command("tenant", "update", "tests", "--max-agents", "4")
        let project = try await house.api.post("/api/v1/projects/", ["name": "small"])["id"].int ?? 0
        let team = try await house.api.post("/api/v1/projects/\(project)/init_team/")
        #expect(team["members"].array?.count == 4)
        let agents = try await house.api.get("/api/v1/agents/")["results"].array ?? []
        let body: JSON = ["project_id": .int(project), "agent_id": agents.last?["id"] ?? .null]
        let refused = try await house.api.send(.post, "/api/v1/team-members/", body)
        #expect(refused.status == 403 && refused.json["quota"] == "agents", "\(refused.text)")
        let tenants = try JSON(parsing: try await house.host.command("tenant", "list", "--json"))
        #expect(tenants["tenants"][0]["max_agents_per_project"] == 4)
      }
    }

    @Test func `a database address chooses the file`() async throws {
      try await House.with(environment: ["DATABASE_URL": "sqlite:///state/storage-sqlite/other.db"]) { house async throws in
        _ = try await house.api.post("/api/v1/projects/", ["name": "a"])
        let state = house.host.data.appending(path: "state/storage-sqlite")
        #expect(FileManager.default.fileExists(atPath: state.appending(path: "other.db").path))
        #expect(!FileManager.default.fileExists(atPath: state.appending(path: "hivecore.db").path))
      }
    }

    @Test func `a service that is named and not there keeps the host from starting, and the doctor says so`() async throws {
      let data = try HostProcess.makeDirectory()
      let folder = try PluginFolder()
      defer {
        folder.remove()
        try? FileManager.default.removeItem(at: data)
      }
      let environment = ["REDIS_URL": "redis://:hunter2@127.0.0.1:1", "HIVECORE_LISTEN": "127.0.0.1:0"]
      let absent = "$REDIS_URL asks for the plugin events-redis"
      try? FileManager.default.removeItem(at: folder.url.appending(path: "85-events-redis.toml"))
      let others = ["--data", data.path, "--plugins", folder.url.path]
      let serve = try await hivecore(["serve"] + others, environment)
      #expect(serve.code == 78 && serve.errors.contains(absent), "\(serve.errors)")
      let doctor = try await hivecore(["doctor"] + others, environment)
      #expect(doctor.code == 1 && doctor.output.contains(absent), "\(doctor.output)")
      let show = try await hivecore(["config", "show", "--origin", "--data", data.path], environment)
      #expect(show.output.contains("environment REDIS_URL") && show.output.contains("environment HIVECORE_LISTEN"))
      for text in [serve.errors, doctor.output, show.output] { #expect(!text.contains("hunter2")) }
    }
  }
}
