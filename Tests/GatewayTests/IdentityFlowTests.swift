import Identity
import JSONRPC
import Testing

/// Logging in, keys and the tenant, over HTTP and the real storage (contract http.md, sections 7 and 8).
@Suite(.timeLimit(.minutes(2))) struct IdentityFlowTests {
  @Test func `a user logs in, and knows who they are`() async throws {
    try await RealHouse.open { house async throws in
      let tokens = try await house.login("ada")
      let me = try await house.send("GET", "/auth/me/", token: tokens.access).json
      #expect(me["username"] == "ada")
      #expect(me["role"] == "owner")
      #expect(me["tenant"]["slug"] == "acme")
      #expect(try await house.send("GET", "/auth/me/").status == 403)
      let tenant = try await house.send("GET", "/tenant/", token: tokens.access).json
      #expect(tenant["id"] == house.tenant["id"])
      #expect(tenant["max_tokens_per_month"] == 500_000)
      #expect(tenant["api_key"] == JSON.null)
    }
  }

  @Test func `wrong passwords and unknown users look alike, and too many are held back`() async throws {
    try await RealHouse.open { house async throws in
      _ = try await house.login("ada")
      for username in ["ada", "nobody"] {
        let answer = try await house.probe.send("POST", "/api/v1/auth/token/", body: #"{"username":"\#(username)","password":"wrong"}"#)
        #expect(answer.status == 401)
        #expect(answer.text == #"{"detail":"No active account found with the given credentials"}"#)
        #expect(answer.headers["www-authenticate"] == "Bearer realm=\"api\"")
      }
      let missing = try await house.probe.send("POST", "/api/v1/auth/token/", body: #"{"username":"ada"}"#)
      #expect(missing.text == #"{"password":["This field is required."]}"#)
      for _ in 0..<9 { _ = try await house.probe.send("POST", "/api/v1/auth/token/", body: #"{"username":"ada","password":"wrong"}"#) }
      let held = try await house.probe.send("POST", "/api/v1/auth/token/", body: #"{"username":"ada","password":"correct horse"}"#)
      #expect(held.status == 429)
      #expect(held.json["code"] == "throttled")
      #expect(Int(held.headers["retry-after"] ?? "") ?? 0 > 0)
      house.pass(601)
      let later = try await house.probe.send("POST", "/api/v1/auth/token/", body: #"{"username":"ada","password":"correct horse"}"#)
      #expect(later.status == 200)
    }
  }

  @Test func `a refresh token works once; a second tab gets the same pair; a late reuse ends the family`() async throws {
    try await RealHouse.open { house async throws in
      let first = try await house.login("ada").refresh
      let refresh = { (token: String) in
        try await house.probe.send("POST", "/api/v1/auth/token/refresh/", body: #"{"refresh":"\#(token)"}"#)
      }
      let second = try await refresh(first)
      #expect(second.status == 200)
      #expect(try await refresh(first).text == second.text)
      house.pass(11)
      let stolen = try await refresh(first)
      #expect(stolen.status == 401)
      #expect(stolen.text == #"{"detail":"Token is invalid","code":"token_not_valid"}"#)
      #expect(try await refresh(second.json["refresh"].string ?? "").status == 401)
      #expect(try await refresh(second.json["access"].string ?? "").json["detail"] == "Token has wrong type")
      house.pass(8 * 24 * 3600)
      #expect(try await refresh(second.json["refresh"].string ?? "").json["detail"] == "Token is expired")
    }
  }

  @Test func `logging out ends the family`() async throws {
    try await RealHouse.open { house async throws in
      let token = try await house.login("ada").refresh
      let out = try await house.probe.send("POST", "/api/v1/auth/logout/", body: #"{"refresh":"\#(token)"}"#)
      #expect(out.status == 204)
      #expect(try await house.probe.send("POST", "/api/v1/auth/token/refresh/", body: #"{"refresh":"\#(token)"}"#).status == 401)
    }
  }

  @Test func `keys are made, listed masked, rotated and revoked by admins only`() async throws {
    try await RealHouse.open { house async throws in
      let owner = try await house.login("ada").access
      let member = try await house.login("bob", role: "member").access
      #expect(try await house.send("GET", "/tenant/api-key/", token: member).text == #"{"error":"Admin access required"}"#)
      #expect(try await house.send("GET", "/tenant/api-key/").status == 403)
      let made = try await house.send("POST", "/tenant/api-key/", #"{"name":"ci","scopes":["read"]}"#, token: owner)
      #expect(made.status == 201)
      let key = try #require(made.json["api_key"].string)
      #expect(key.hasPrefix("hc_") && key.count == 46)
      #expect(try await house.send("GET", "/projects/", key: made.json).status == 200)
      #expect(try await house.send("POST", "/projects/", #"{"name":"a"}"#, key: made.json).status == 403)
      let list = try await house.send("GET", "/tenant/api-key/", token: owner).json
      #expect(list.array?.map { $0["name"] } == ["default", "ci"])
      #expect(list[1]["masked"].string == "\(key.prefix(7))…\(key.suffix(4))")
      #expect(!list.text.contains(key))
      let id = made.json["id"].string ?? ""
      let rotated = try await house.send("POST", "/tenant/api-key/", #"{"rotate":"\#(id)"}"#, token: owner)
      #expect(rotated.json["name"] == "ci")
      #expect(rotated.json["scopes"] == ["read"])
      #expect(try await house.send("GET", "/projects/", key: made.json).text == #"{"detail":"Invalid API key"}"#)
      let newID = rotated.json["id"].string ?? ""
      let stranger = try await house.login("zoe", tenant: "other").access
      #expect(try await house.send("DELETE", "/tenant/api-key/\(newID)/", token: stranger).status == 404)
      #expect(try await house.send("POST", "/tenant/api-key/", #"{"rotate":"\#(newID)"}"#, token: stranger).status == 404)
      #expect(try await house.send("GET", "/projects/", key: rotated.json).status == 200)
      #expect(try await house.send("DELETE", "/tenant/api-key/\(newID)/", token: owner).status == 204)
      #expect(try await house.send("DELETE", "/tenant/api-key/\(newID)/", token: owner).status == 404)
      #expect(try await house.send("GET", "/projects/", key: rotated.json).status == 401)
      let bad = try await house.send("POST", "/tenant/api-key/", #"{"scopes":["fly"]}"#, token: owner)
      #expect(bad.text == #"{"scopes":{"0":["\"fly\" is not a valid choice."]}}"#)
    }
  }

  @Test func `an expired key is no key`() async throws {
    try await RealHouse.open { house async throws in
      let key = try await house.accounts.createKey(tenant: "acme", name: "short", ttl: .seconds(60), requestID: "t")
      #expect(try await house.send("GET", "/projects/", key: key).status == 200)
      house.pass(120)
      let other = try await house.accounts.createKey(tenant: "acme", name: "past", ttl: .seconds(-1), requestID: "t")
      #expect(try await house.send("GET", "/projects/", key: other).status == 401)
    }
  }

  @Test func `shows what is used of the quota`() async throws {
    try await RealHouse.open { house async throws in
      let owner = try await house.login("ada").access
      _ = try await house.send("POST", "/projects/", #"{"name":"a"}"#)
      let quota = try await house.send("GET", "/tenant/quota/", token: owner).json
      #expect(quota["projects"] == ["used": 1, "limit": 10, "percent": 10.0, "status": "ok"])
      #expect(quota["tokens"]["used"] == 0)
      #expect(quota["storage"]["file_count"] == 0)
      #expect(try await house.send("GET", "/tenant/quota/").status == 403)
    }
  }

  @Test func `the command line's accounts say what is wrong`() async throws {
    try await RealHouse.open { house async throws in
      let code = { (make: () async throws -> JSON) async -> String? in
        do { _ = try await make() } catch { return (error as? RPCError)?.applicationCode }
        return nil
      }
      #expect(await code { try await house.accounts.createTenant(name: "X", slug: "acme", requestID: "t") } == "slug_taken")
      #expect(await code { try await house.accounts.createTenant(name: "X", slug: "a b", requestID: "t") } == "invalid")
      #expect(await code { try await house.accounts.createTenant(name: "X", slug: "x", tier: "gold", requestID: "t") } == "invalid")
      #expect(
        await code {
          try await house.accounts.createUser(username: "u", tenant: "none", role: "owner", password: "12345678", requestID: "t")
        }
          == "not_found")
      #expect(
        await code { try await house.accounts.createUser(username: "u", tenant: "acme", role: "owner", password: "short", requestID: "t") }
          == "invalid")
      #expect(await code { try await house.accounts.createKey(tenant: "acme", name: "k", scopes: ["fly"], requestID: "t") } == "invalid")
      _ = try await house.login("ada")
      #expect(
        await code {
          try await house.accounts.createUser(username: "ada", tenant: "acme", role: "member", password: "12345678", requestID: "t")
        }
          == "username_taken")
    }
  }
}
