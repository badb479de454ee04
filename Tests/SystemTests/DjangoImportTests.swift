import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// `hivecore import-django` from a real PostgreSQL that holds what the original would have put there.
  @Suite struct DjangoImportTests {
    private static let acme = "11111111-1111-4111-8111-111111111111"

    /// Fills a database, and gives it to the body together with an empty data directory.
    private func with(_ body: (PostgresServer, URL) async throws -> Void) async throws {
      let server = try await PostgresServer.start()
      let data = try HostProcess.makeDirectory()
      do {
        try await server.query(try Self.text("schema.sql"))
        let rows = try Self.text("rows.sql")
        try await server.query(
          rows.replacing(":'ada'", with: "'\(try await Self.djangoHash("correct horse"))'")
            .replacing(":'bob'", with: "'\(try await Self.djangoHash("battery staple"))'"))
        try await body(server, data)
      } catch {
        await server.stop()
        try? FileManager.default.removeItem(at: data)
        throw error
      }
      await server.stop()
      try? FileManager.default.removeItem(at: data)
    }

    private static func text(_ name: String) throws -> String {
      try String(contentsOf: HostProcess.sources.appending(path: "Tests/DjangoDatabase/\(name)"), encoding: .utf8)
    }

    /// A password as Django stores it, by Python's own PBKDF2.
    private static func djangoHash(_ password: String) async throws -> String {
      let script = """
        import base64, hashlib, sys
        key = hashlib.pbkdf2_hmac("sha256", sys.argv[1].encode(), b"aSaltOfDjango", 60000)
        print("pbkdf2_sha256$60000$aSaltOfDjango$" + base64.b64encode(key).decode())
        """
      let result = try await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: ["python3", "-c", script, password])
      return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func run(_ url: String, _ data: URL, _ more: String...) async throws -> (report: JSON, code: Int32, errors: String) {
      let arguments = ["import-django", "-", "--json", "--data", data.path] + more
      let result = try await RunningProcess.run(
        program: HostProcess.products.appending(path: "hivecore"), arguments: arguments, input: url + "\n",
        environment: ["HIVECORE_PLUGINS": HostProcess.sources.appending(path: "plugins.d").path])
      return ((try? JSON(parsing: result.output)) ?? .null, result.code, result.errors)
    }

    private func line(_ report: JSON, _ table: String) -> JSON {
      (report["tables"].array ?? []).first { $0["table"].string == table } ?? .null
    }

    private func sum(_ report: JSON, _ member: String) -> Int64 {
      (report["tables"].array ?? []).reduce(0) { $0 + ($1[member].int ?? 0) }
    }

    @Test func `moves everything under a tenant, keeps passwords, and changes nothing the second time`() async throws {
      try await with { server, data async throws in
        let dry = try await run(server.url, data, "--dry-run")
        #expect(dry.code == 0, "\(dry.errors)")
        let first = try await run(server.url, data)
        #expect(first.code == 0, "\(first.errors)")
        #expect(dry.report["dry_run"] == true && sum(dry.report, "added") >= sum(first.report, "added"))
        check(first.report)

        let host = try await HostProcess.start(data: data)
        try await host.settled()
        do {
          try await checkOverHTTP(host)
          let second = try await run(server.url, data)
          #expect(second.code == 0, "\(second.errors)")
          #expect(sum(second.report, "added") == 0, "\(second.report.text)")
          #expect(sum(second.report, "present") == sum(first.report, "added") + sum(first.report, "present"))
          try await server.query(
            "INSERT INTO api_message VALUES (9999, 71, 'user', 'one more', '2025-02-05T00:00:00Z'); UPDATE api_project SET name = 'Renamed there' WHERE id = 41"
          )
          let third = try await run(server.url, data, "--orphans", "other")
          #expect(line(third.report, "api_message")["added"] == 1)
          for table in ["api_project", "api_conversation", "api_requirement"] {
            #expect(line(third.report, table)["added"] == 1 && line(third.report, table)["skipped"] == [:], "\(third.report.text)")
          }
          try await checkOverHTTP(host, messages: 451)
        } catch {
          print(host.logText.suffix(4_000))
          await host.stop()
          throw error
        }
        await host.stop()
      }
    }

    private func check(_ report: JSON) {
      for (table, added) in [
        ("tenants_tenant", 2), ("auth_user", 3), ("tenants_tenantuser", 2), ("api_agent", 1), ("api_project", 2), ("api_conversation", 1),
        ("api_message", 450), ("api_folder", 2), ("api_file", 2), ("api_messageattachment", 1), ("api_requirement", 1),
        ("api_deliverystandard", 1), ("api_teammember", 1), ("api_task", 1), ("execution_executionround", 2),
        ("execution_executionprogress", 1), ("execution_executionartifact", 1), ("execution_executionlog", 250), ("api_projectdecision", 2),
        ("api_projectfileregistry", 1), ("observability_usagerecord", 1), ("execution_requirementexecution", 0),
      ] {
        #expect(line(report, table)["added"].int == Int64(added), "\(line(report, table).text)")
      }
      let orphans: JSON = ["belongs to no tenant (--orphans gives such rows to one)": 1]
      for table in ["api_project", "api_conversation", "api_requirement"] { #expect(line(report, table)["skipped"] == orphans) }
      #expect(line(report, "api_messageattachment")["skipped"] == ["refers to another tenant's row of api_file": 1])
      #expect(line(report, "execution_executionartifact")["skipped"].object?.members.count == 1)
    }

    private func checkOverHTTP(_ host: HostProcess, messages: Int64 = 450) async throws {
      let anonymous = API(baseURL: host.baseURL)
      let login = { (name: String, password: String) in
        try await anonymous.send(.post, "/api/v1/auth/token/", ["username": .string(name), "password": .string(password)])
      }
      #expect(try await login("ada", "wrong horse").status == 401)
      #expect(try await login("eve", "!unusable").status == 401)
      let pair = try await login("ada", "correct horse")
      #expect(pair.status == 200, "\(pair.text)")
      let bearer = ["Authorization": "Bearer \(pair.json["access"].string ?? "")"]
      let get = { (path: String) async throws -> JSON in try await anonymous.send(.get, "/api/v1" + path, headers: bearer).json }

      let me = try await get("/auth/me/")
      #expect(me["role"] == "owner" && me["email"] == "ada@x.example" && me["date_joined"] == "2025-01-02T00:00:00Z")
      let tenant = try await get("/tenant/")
      #expect(tenant["id"].string == Self.acme && tenant["max_projects"] == 3 && tenant["created_at"] == "2025-01-02T03:04:05.123456Z")
      let projects = try await get("/projects/")
      #expect(projects["count"] == 1)
      let id = projects["results"][0]["id"].int ?? 0
      let project = try await get("/projects/\(id)/")
      #expect(project["name"] == "Shop" && project["description"] == "Two\nlines \\ \"quotes\" é中" && project["total_cost"] == "12.30")
      #expect(project["updated_at"] == "2025-01-06T00:00:00Z" && project["created_at"] == "2025-01-05T00:00:00Z")
      #expect(
        project["team_members"][0]["agent"]["name"] == "Old hand" && project["team_members"][0]["joined_at"] == "2025-01-05T00:00:00Z")
      let talk = try await get("/conversations/\(project["main_conversation"].int ?? 0)/")
      #expect(talk["title"] == "Talk" && talk["requirements"][0]["delivery_standards"][0]["content"] == "It sells")
      let said = try await get("/messages/?conversation=\(talk["id"].int ?? 0)&page=last")
      #expect(said["count"].int == messages)
      #expect(try await get("/messages/?conversation=\(talk["id"].int ?? 0)")["results"][0]["content"] == "message 1")
      #expect(try await get("/files/?project=\(id)")["results"][0]["path"] == "outer/inner/plan.md")

      let rounds = try await get("/execution/rounds/?project=\(id)&ordering=round_number")["results"]
      #expect(rounds.array?.map { $0["round_number"] } == [1, 2])
      let late = rounds.array?.first { $0["id"] == "aaaaaaaa-0000-4000-8000-000000000002" } ?? .null
      #expect(late["status"] == "failed")
      let done = "aaaaaaaa-0000-4000-8000-000000000001"
      #expect(try await get("/execution/rounds/\(done)/status/")["progress"]["progress_percent"] == 100)
      #expect(try await get("/execution/artifacts/?round=\(done)")["results"][0]["file_path"] == "index.html")
      let decisions = try await get("/decisions/?project=\(id)")
      #expect(decisions["results"].array?.map { $0["value"] } == ["PostgreSQL"])
      let all = try await get("/decisions/?project=\(id)&include_inactive=true")["results"].array ?? []
      let old = try await get("/decisions/\(all.first { $0["value"] == "MySQL" }?["id"].int ?? 0)/")
      #expect(old["superseded_by"] == decisions["results"][0]["id"])
      let usage = try await get("/observability/usage/")["results"][0]
      #expect(usage["agentscope_project_id"].string == "\(id)" && usage["project"].int == id && usage["cost_usd"] == "0.001500")
      #expect(try await get("/tenant/quota/")["tokens"]["used"] == 150)

      let bob = try await login("bob", "battery staple").json["access"].string ?? ""
      let theirs = try await anonymous.send(.get, "/api/v1/projects/", headers: ["Authorization": "Bearer \(bob)"]).json
      #expect(theirs["results"].array?.contains { $0["name"] == "Theirs" } == true)
      #expect(theirs["results"].array?.contains { $0["name"] == "Shop" } == false)
      for key in ["hc_acme", "hc_other"] {
        #expect(try await anonymous.send(.get, "/api/v1/projects/", headers: ["X-API-Key": key]).status == 401)
      }
    }

    @Test func `what cannot be read is said, without the password`() async throws {
      try await with { server, data async throws in
        let wrong = try await run(server.url.replacing("secret%40word", with: "hunter2"), data)
        #expect(wrong.code == 1 && wrong.errors.contains("password authentication failed"), "\(wrong.errors)")
        let closed = try await run("postgres://hive:hunter2@127.0.0.1:1/x", data)
        #expect(closed.code == 1 && closed.errors.contains("the database cannot be reached"), "\(closed.errors)")
        let other = try await run("mysql://x", data)
        #expect(other.code == 1 && other.errors.contains("must begin with postgres://"), "\(other.errors)")
        try await server.query("DROP TABLE tenants_tenant CASCADE")
        let foreign = try await run(server.url, data)
        #expect(foreign.code == 1 && foreign.errors.contains("holds no tenants"), "\(foreign.errors)")
        for text in [wrong.errors, closed.errors] { #expect(!text.contains("hunter2")) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: data.path + "/run").allSatisfy { !$0.hasPrefix("import-") })
      }
    }
  }
}
