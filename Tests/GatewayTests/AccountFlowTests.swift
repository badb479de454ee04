import Catalogue
import Identity
import JSONRPC
import TestSupport
import Testing

/// Passwords, members, the audit log and quotas, over HTTP and the real storage (DECISIONS 3 and 7).
@Suite(.timeLimit(.minutes(3))) struct AccountFlowTests {
  @Test func `a new password ends every other session and goes on with its own`() async throws {
    try await RealHouse.open { house async throws in
      let old = try await house.login("ada")
      house.pass(2)
      let change = { (current: String, new: String) in
        try await house.send(
          "POST", "/auth/password/", #"{"current_password":"\#(current)","new_password":"\#(new)"}"#, token: old.access)
      }
      #expect(try await change("wrong", "battery staple").text == #"{"current_password":["The password is not right."]}"#)
      #expect(try await change("correct horse", "short").text == #"{"new_password":["Ensure this field has at least 8 characters."]}"#)
      #expect(try await house.send("POST", "/auth/password/", #"{"current_password":"a","new_password":"bbbbbbbb"}"#).status == 403)
      let changed = try await change("correct horse", "battery staple")
      #expect(changed.status == 200)
      #expect(try await house.send("GET", "/auth/me/", token: changed.json["access"].string).status == 200)
      let stale = try await house.send("GET", "/auth/me/", token: old.access)
      #expect(stale.status == 401)
      #expect(stale.json["code"] == "token_not_valid")
      let refresh = { (token: String) in
        try await house.probe.send("POST", "/api/v1/auth/token/refresh/", body: #"{"refresh":"\#(token)"}"#).status
      }
      #expect(try await refresh(old.refresh) == 401)
      #expect(try await refresh(changed.json["refresh"].string ?? "") == 200)
      #expect(try await house.token("ada", "correct horse").status == 401)
      #expect(try await house.token("ada", "battery staple").status == 200)
    }
  }

  @Test func `many guesses at once are no more guesses than many in a row`() async throws {
    try await RealHouse.open { house async throws in
      _ = try await house.login("ada")
      let statuses = try await withThrowingTaskGroup { group in
        for _ in 0..<30 { group.addTask { try await house.token("ada", "wrong").status } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses.count { $0 == 401 } == 10)
      #expect(statuses.count { $0 == 429 } == 20)
      #expect(try await house.token("ada", "correct horse").status == 429)
    }
  }

  @Test func `admins add members, change roles and remove them; only owners touch owners`() async throws {
    try await RealHouse.open { house async throws in
      let owner = try await house.login("ada").access
      let admin = try await house.login("ben", role: "admin").access
      let member = try await house.login("cid", role: "member").access
      #expect(try await house.send("GET", "/tenant/members/", token: member).status == 403)
      #expect(try await house.send("GET", "/tenant/members/").status == 403)
      let add = { (body: String, token: String) in try await house.send("POST", "/tenant/members/", body, token: token) }
      let made = try await add(#"{"username":"dot","password":"correct horse","email":"d@x.example"}"#, admin)
      #expect(made.status == 201)
      #expect(made.json["username"] == "dot" && made.json["role"] == "member" && made.json["email"] == "d@x.example")
      #expect(!made.text.contains("password"))
      #expect(try await house.token("dot", "correct horse").status == 200)
      #expect(try await add(#"{"username":"dot","password":"correct horse"}"#, admin).text.contains("already exists"))
      #expect(try await add(#"{"username":"eve"}"#, admin).text == #"{"password":["This field is required."]}"#)
      #expect(try await add(#"{"username":"eve","password":"x","role":"king"}"#, admin).status == 400)
      #expect(
        try await add(#"{"username":"eve","password":"correct horse","role":"owner"}"#, admin).text == #"{"error":"Owner access required"}"#
      )
      let list = try await house.send("GET", "/tenant/members/", token: admin).json
      #expect(list["count"] == 4)
      #expect(list["results"].array?.map { $0["username"] } == ["ada", "ben", "cid", "dot"])
      let path = { (index: Int) in "/tenant/members/\(list["results"][index]["id"].int ?? 0)/" }
      #expect(try await house.send("GET", path(3), token: admin).json["username"] == "dot")
      #expect(try await house.send("PATCH", path(0), #"{"role":"member"}"#, token: admin).status == 403)
      #expect(try await house.send("DELETE", path(0), token: admin).status == 403)
      #expect(try await house.send("PATCH", path(3), "{}", token: admin).text == #"{"role":["This field is required."]}"#)
      #expect(try await house.send("PATCH", path(3), #"{"role":"admin"}"#, token: admin).json["role"] == "admin")
      let last = try await house.send("PATCH", path(0), #"{"role":"member"}"#, token: owner)
      #expect(last.status == 409)
      #expect(last.json["code"] == "last_owner")
      #expect(try await house.send("DELETE", path(0), token: owner).status == 409)
      #expect(try await house.send("DELETE", path(2), token: admin).status == 204)
      #expect(try await house.send("GET", "/tenant/", token: member).text == #"{"error":"No tenant associated with this user"}"#)
      #expect(try await house.send("DELETE", path(2), token: admin).status == 404)
      let back = try await add(#"{"username":"cid"}"#, admin)
      #expect(back.status == 201)
      #expect(try await house.send("GET", "/tenant/", token: member).status == 200)
    }
  }

  @Test func `another tenant's members and audit are not there`() async throws {
    try await RealHouse.open { house async throws in
      let owner = try await house.login("ada").access
      let stranger = try await house.login("zoe", tenant: "other").access
      let id = try await house.send("GET", "/tenant/members/", token: owner).json["results"][0]["id"].int ?? 0
      for method in ["GET", "DELETE"] {
        #expect(try await house.send(method, "/tenant/members/\(id)/", token: stranger).status == 404)
      }
      #expect(try await house.send("PATCH", "/tenant/members/\(id)/", #"{"role":"member"}"#, token: stranger).status == 404)
      #expect(try await house.send("POST", "/tenant/members/", #"{"username":"ada"}"#, token: stranger).status == 400)
      let audit = try await house.send("GET", "/tenant/audit/?page_size=100", token: stranger).json
      #expect(audit["results"].array?.allSatisfy { !$0.text.contains("\"ada\"") } == true)
    }
  }

  @Test func `of two owners who remove each other at once one stays`() async throws {
    try await RealHouse.open { house async throws in
      let tokens = [try await house.login("ada").access, try await house.login("bob").access]
      let list = try await house.send("GET", "/tenant/members/", token: tokens[0]).json["results"]
      let statuses = try await withThrowingTaskGroup { group in
        for index in 0..<2 {
          let id = list[1 - index]["id"].int ?? 0
          group.addTask { try await house.send("DELETE", "/tenant/members/\(id)/", token: tokens[index]).status }
        }
        return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
      }
      #expect(statuses.contains(204))
      #expect(statuses.subtracting([204, 403, 404, 409]).isEmpty)
      let left = try await house.plugins.call(
        "storage.read", ["collection": "tenant_user", "op": "count", "filter": [["role", "eq", "owner"]]], .system("t"))
      #expect(left == ["count": 1])
    }
  }

  @Test func `the audit log says who did what from where, page by page`() async throws {
    try await RealHouse.open { house async throws in
      let owner = try await house.login("ada").access
      _ = try await house.send("POST", "/tenant/api-key/", #"{"name":"ci"}"#, token: owner, [("X-Request-Id", "req-7")])
      _ = try await house.send("POST", "/tenant/members/", #"{"username":"bob","password":"correct horse"}"#, token: owner)
      let log = try await house.send("GET", "/tenant/audit/", token: owner).json
      #expect(log["results"].array?.map { $0["action"] } == ["member_added", "key_created", "logged_in", "user_created", "tenant_created"])
      let key = log["results"][1]
      #expect(key["actor_kind"] == "user" && key["actor"] == "1" && key["target"] == "api_key ci" && key["request_id"] == "req-7")
      #expect(key["detail"]["address"] == "127.0.0.1")
      let logins = try await house.send("GET", "/tenant/audit/?action=logged_in&page_size=1", token: owner).json
      #expect(logins["count"] == 1)
      let member = try await house.login("cid", role: "member").access
      #expect(try await house.send("GET", "/tenant/audit/", token: member).status == 403)
    }
  }

  @Test func `a key that is replaced stays good for the overlap, never for longer than before`() async throws {
    try await RealHouse.open { house async throws in
      let owner = try await house.login("ada").access
      let make = { (body: String) in try await house.send("POST", "/tenant/api-key/", body, token: owner) }
      let first = try await make(#"{"name":"a"}"#).json
      let second = try await make(#"{"rotate":"\#(first["id"].string ?? "")","overlap_hours":2}"#).json
      #expect(second["name"] == "a")
      for key in [first, second] { #expect(try await house.send("GET", "/projects/", key: key).status == 200) }
      let list = try await house.send("GET", "/tenant/api-key/", token: owner).json
      #expect(list[1]["expires_at"].string != nil && list[2]["expires_at"] == JSON.null)
      let short = try await house.accounts.createKey(tenant: "acme", name: "short", ttl: .seconds(600), requestID: "t")
      _ = try await make(#"{"rotate":"\#(short["id"].string ?? "")","overlap_hours":2}"#)
      let rows = try await house.send("GET", "/tenant/api-key/", token: owner).json.array ?? []
      let end = { (id: JSON) in rows.first { $0["id"] == id }?["expires_at"].string ?? "" }
      #expect(end(short["id"]) < end(first["id"]))
      #expect(try await make(#"{"rotate":"6f9619ff-8b86-4011-b42d-00c04fc964ff"}"#).status == 404)
      #expect(try await make(#"{"expires_at":"2001-01-01T00:00:00Z"}"#).text == #"{"expires_at":["Ensure this value is in the future."]}"#)
      #expect(try await make(#"{"rotate":"\#(second["id"].string ?? "")","overlap_hours":-1}"#).status == 400)
      house.pass(2 * 3600 + 3)
      try await eventually("the replaced key to be forgotten") {
        try await house.send("GET", "/projects/", key: first).status == 401 ? true : nil
      }
      #expect(try await house.send("GET", "/projects/", key: second).status == 200)
    }
  }

  @Test func `of 64 projects made at once exactly as many are made as the tenant may have`() async throws {
    try await RealHouse.open { house async throws in
      let create: @Sendable () async throws -> HTTPProbe.Answer = { try await house.send("POST", "/projects/", #"{"name":"p"}"#) }
      let answers = try await withThrowingTaskGroup { group in
        for _ in 0..<64 { group.addTask { try await create() } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.count { $0.status == 201 } == 10)
      let refused = answers.filter { $0.status != 201 }
      #expect(refused.allSatisfy { $0.status == 403 && $0.json["code"] == "quota_exceeded" })
      #expect(
        refused.first?.json == [
          "error": "The limit of 10 projects is reached.", "code": "quota_exceeded", "quota": "projects", "used": 10, "limit": 10,
          "resets_at": .null,
        ])
      #expect(try await house.send("POST", "/projects/", "{}").status == 400)
      #expect(try await house.send("POST", "/projects/", #"{"name":"p"}"#, key: house.other).status == 201)
      let id = try await house.send("GET", "/projects/").json["results"][0]["id"].int ?? 0
      #expect(try await house.send("DELETE", "/projects/\(id)/").status == 204)
      #expect(try await create().status == 201)
      #expect(try await create().status == 403)
      _ = try await house.accounts.updateTenant(slug: "acme", limits: .init(maxProjects: 0), requestID: "t")
      #expect(try await create().status == 201)
    }
  }

  @Test func `a team stops growing at the limit of its project`() async throws {
    try await RealHouse.open { house async throws in
      _ = try await house.accounts.updateTenant(slug: "acme", limits: .init(maxAgentsPerProject: 4), requestID: "t")
      var agents: [Int64] = []
      for number in 1...7 {
        let body = #"{"name":"A\#(number)","agent_no":"\#(number)","duty":"d","detail":"x"}"#
        agents.append(try await house.send("POST", "/agents/", body).json["id"].int ?? 0)
      }
      let project = try await house.send("POST", "/projects/", #"{"name":"p"}"#).json["id"].int ?? 0
      let add = { (agent: Int64) in
        try await house.send("POST", "/team-members/", #"{"project_id":\#(project),"agent_id":\#(agent)}"#)
      }
      for agent in agents[..<4] { #expect(try await add(agent).status == 201) }
      let full = try await add(agents[6])
      #expect(full.status == 403)
      #expect(full.json["quota"] == "agents" && full.json["used"] == 4 && full.json["limit"] == 4)
      #expect(try await add(999).status == 400)
      let other = try await house.send("POST", "/projects/", #"{"name":"q"}"#).json["id"].int ?? 0
      let parallel = try await withThrowingTaskGroup { group in
        for agent in agents {
          group.addTask {
            try await house.send("POST", "/team-members/", #"{"project_id":\#(other),"agent_id":\#(agent)}"#).status
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(parallel.count { $0 == 201 } == 4 && parallel.count { $0 == 403 } == 3)
    }
  }

  @Test func `a tenant that is switched off lets nobody in until it is switched on`() async throws {
    try await RealHouse.open { house async throws in
      let owner = try await house.login("ada").access
      _ = try await house.accounts.updateTenant(slug: "acme", isActive: false, requestID: "t")
      #expect(try await house.send("GET", "/projects/", token: owner).json["code"] == "tenant_inactive")
      #expect(try await house.send("GET", "/projects/").text == #"{"detail":"Invalid API key"}"#)
      _ = try await house.accounts.updateTenant(slug: "acme", isActive: true, requestID: "t")
      #expect(try await house.send("GET", "/projects/", token: owner).status == 200)
      let tenants = try await house.accounts.listTenants(requestID: "t")["tenants"]
      #expect(tenants.array?.map { $0["slug"] } == ["acme", "other"])
    }
  }

  @Test func `operators see the processes of the host, tenants' owners do not`() async throws {
    try await RealHouse.open { house async throws in
      let owner = try await house.login("ada").access
      #expect(try await house.send("GET", "/system/plugins/", token: owner).status == 403)
      #expect(try await house.send("GET", "/system/plugins/").status == 403)
      _ = try await house.accounts.createUser(
        username: "ops", tenant: "acme", role: "member", password: "correct horse", isOperator: true, requestID: "t")
      let ops = try await house.token("ops", "correct horse").json["access"].string
      #expect(try await house.send("GET", "/system/plugins/", token: ops).status == 200)
      #expect(try await house.send("GET", "/auth/me/", token: ops).json["is_operator"] == true)
    }
  }
}
