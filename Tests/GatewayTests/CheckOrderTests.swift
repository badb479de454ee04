import Gateway
import JSONRPC
import Testing

/// Contract http.md, sections 1 and 2: who is let in, in which order, with which words.
@Suite struct CheckOrderTests {
  @Test func `tells visitors that they must log in, also for a method that is not there`() async throws {
    try await House.open { house async throws in
      for (method, path) in [
        ("GET", "/api/v1/projects/"), ("PUT", "/api/v1/projects/"), ("POST", "/api/v1/agents/"), ("DELETE", "/api/v1/agents/"),
      ] {
        let answer = try await house.probe.send(method, path)
        #expect(answer.status == 401, "\(method) \(path)")
        #expect(answer.text == #"{"detail":"Authentication credentials were not provided."}"#)
        #expect(answer.headers["www-authenticate"] == "Bearer")
      }
    }
  }

  static let badTokens: [(name: String, header: String, body: String)] = {
    let invalid = { (message: String) in
      #"{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken","token_type":"access","message":"\#(message)"}]}"#
    }
    let make = { (claims: JSONObject) in "Bearer \(TestTokens.make(House.secret, claims))" }
    return [
      (
        "three parts", "Bearer a b",
        #"{"detail":"Authorization header must contain two space-delimited values","code":"bad_authorization_header"}"#
      ),
      (
        "no token", "Bearer",
        #"{"detail":"Authorization header must contain two space-delimited values","code":"bad_authorization_header"}"#
      ),
      ("garbage", "Bearer abc", invalid("Token is invalid")),
      (
        "foreign signature", "Bearer \(TestTokens.make("another secret of thirty-two bytes", TestTokens.claims(user: "2")))",
        invalid("Token is invalid")
      ),
      (
        "no algorithm", "Bearer \(TestTokens.make(House.secret, TestTokens.claims(user: "2"), header: ["alg": "none"]))",
        invalid("Token is invalid")
      ),
      (
        "other algorithm", "Bearer \(TestTokens.make(House.secret, TestTokens.claims(user: "2"), header: ["alg": "HS512"]))",
        invalid("Token is invalid")
      ),
      ("expired", make(TestTokens.claims(user: "2", expiresIn: -1)), invalid("Token is expired")),
      ("refresh token", make(TestTokens.claims(user: "2", type: "refresh")), invalid("Token has wrong type")),
      ("no type", make(TestTokens.claims(user: "2", type: .null)), invalid("Token has no type")),
      ("no id", make(TestTokens.claims(user: "2", jti: .null)), invalid("Token has no id")),
      (
        "no user", make(TestTokens.claims(user: .null)),
        #"{"detail":"Token contained no recognizable user identification","code":"token_not_valid"}"#
      ),
      ("user gone", make(TestTokens.claims(user: "99")), #"{"detail":"User not found","code":"user_not_found"}"#),
      ("user disabled", make(TestTokens.claims(user: "9")), #"{"detail":"User is inactive","code":"user_inactive"}"#),
    ]
  }()

  @Test func `refuses bad tokens with the words of the contract`() async throws {
    try await House.open { house async throws in
      for (name, header, body) in Self.badTokens {
        let answer = try await house.probe.send("GET", "/api/v1/projects/", headers: [("Authorization", header), ("X-API-Key", House.key)])
        #expect(answer.status == 401, "\(name)")
        #expect(answer.text == body, "\(name)")
      }
    }
  }

  @Test func `takes the user's id as text or number, and passes over other schemes`() async throws {
    try await House.open { house async throws in
      #expect(try await house.get("/api/v1/projects/", role: "number").status == 200)
      let basic = try await house.probe.send(
        "GET", "/api/v1/projects/", headers: [("Authorization", "Basic abc"), ("X-API-Key", House.key)])
      #expect(basic.status == 200)
      let both = try await house.probe.send("GET", "/api/v1/projects/", headers: [house.bearer(), ("X-API-Key", "hc_wrong")])
      #expect(both.status == 200)
    }
  }

  @Test func `refuses bad keys`() async throws {
    try await House.open { house async throws in
      let format = try await house.probe.send("GET", "/api/v1/projects/", headers: [("X-API-Key", "abc")])
      #expect(format.status == 401)
      #expect(format.text == #"{"detail":"Invalid API key format"}"#)
      let unknown = try await house.probe.send("GET", "/api/v1/projects/", headers: [("X-API-Key", "hc_unknown")])
      #expect(unknown.text == #"{"detail":"Invalid API key"}"#)
    }
  }

  @Test func `holds keys to their scopes and tenant routes to users`() async throws {
    try await House.open { house async throws in
      let key = [("X-API-Key", House.readKey)]
      #expect(try await house.probe.send("GET", "/api/v1/projects/", headers: key).status == 200)
      for (method, path) in [("POST", "/api/v1/projects/"), ("POST", "/api/v1/projects/1/run/"), ("POST", "/api/v1/ingest/")] {
        let answer = try await house.probe.send(method, path, headers: key, body: "{}")
        #expect(answer.status == 403)
        #expect(answer.text == #"{"detail":"You do not have permission to perform this action."}"#)
      }
      #expect(try await house.probe.send("GET", "/api/v1/tenant/", headers: key).status == 403)
      #expect(try await house.get("/api/v1/system/plugins/").status == 403)
      #expect(try await house.get("/api/v1/system/plugins/", role: "owner").status == 403)
      #expect(try await house.get("/api/v1/system/plugins/", role: "operator").json["plugins"][0]["id"] == "storage-sqlite")
    }
  }

  @Test func `gives users without tenant nothing to see and nothing to write`() async throws {
    try await House.open { house async throws in
      #expect(try await house.get("/api/v1/projects/", role: "none").text == #"{"count":0,"next":null,"previous":null,"results":[]}"#)
      #expect(try await house.get("/api/v1/projects/1/", role: "none").text == #"{"detail":"No Project matches the given query."}"#)
      let write = try await house.probe.send("POST", "/api/v1/projects/", headers: [house.bearer("none")], body: "{}")
      #expect(write.status == 403)
      #expect(write.text == #"{"detail":"No tenant associated with this user.","code":"no_tenant"}"#)
    }
  }

  @Test func `answers 405 with Allow, OPTIONS without credentials, HEAD like GET`() async throws {
    try await House.open { house async throws in
      let wrong = try await house.send("PUT", "/api/v1/projects/", "{}")
      #expect(wrong.status == 405)
      #expect(wrong.text == #"{"detail":"Method \"PUT\" not allowed."}"#)
      #expect(wrong.headers["allow"] == "GET, POST, HEAD, OPTIONS")
      #expect(try await house.get("/api/v1/agents/create-metaso/").status == 405)
      let options = try await house.probe.send("OPTIONS", "/api/v1/projects/1/")
      #expect(options.status == 200)
      #expect(options.headers["allow"] == "GET, PUT, PATCH, DELETE, HEAD, OPTIONS")
      let head = try await house.send("HEAD", "/api/v1/projects/")
      #expect(head.status == 200)
      #expect(head.body.isEmpty)
      #expect(head.headers["content-length"] == "52")
    }
  }

  @Test func `sends GET to the path with a slash and serves other methods without`() async throws {
    try await House.open { house async throws in
      let get = try await house.get("/api/v1/projects?page=2")
      #expect(get.status == 301)
      #expect(get.headers["location"] == "/api/v1/projects/?page=2")
      #expect(try await house.send("PATCH", "/api/v1/projects", "{}").status == 405)
      #expect(try await house.send("POST", "/api/v1/projects", "{}").status == 400)
      #expect(try await house.get("/nowhere").status == 404)
    }
  }

  @Test func `answers unknown paths and wrong types with one and the same 404`() async throws {
    try await House.open { house async throws in
      for path in ["/api/v1/nothing/", "/api/v1/projects/abc/", "/api/v1/rounds/5/stream/", "/api//v1/projects/", "/api/v1/projects/-1/"] {
        let answer = try await house.get(path)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.text == #"{"detail":"Not found."}"#, "\(path)")
      }
      let huge = try await house.get("/api/v1/projects/99999999999999999999/")
      #expect(huge.text == #"{"detail":"No Project matches the given query."}"#)
    }
  }

  @Test func `serves health, schema, docs and metrics to everybody`() async throws {
    try await House.open { house async throws in
      let bad = [("Authorization", "Bearer nonsense")]
      #expect(try await house.probe.send("GET", "/api/health/", headers: bad).text == #"{"status":"healthy"}"#)
      #expect(try await house.probe.send("GET", "/api/v1/health/").text == #"{"status":"healthy"}"#)
      #expect(
        try await house.probe.send("GET", "/api/health/ready/").text
          == #"{"status":"degraded","checks":{"storage":"ok","chat":"degraded"}}"#)
      #expect(try await house.probe.send("GET", "/metrics").text.hasPrefix("hivecore_up 1\n"))
      #expect(try await house.probe.send("GET", "/metrics", headers: [("X-Forwarded-For", "1.2.3.4")]).status == 403)
      #expect(try await house.probe.send("GET", "/").text.contains("/api/docs/"))
      #expect(try await house.probe.send("GET", "/api/docs/").text.contains("/api/v1/projects/{id}/run/"))
      let schema = try await house.probe.send("GET", "/api/schema/").json
      #expect(schema["openapi"] == "3.1.0")
      #expect(schema["paths"]["/api/v1/projects/{id}/"]["patch"]["responses"]["200"].object != nil)
      #expect(schema["components"]["schemas"]["ProjectWrite"]["required"] == ["name"])
    }
  }

  @Test func `marks every answer with its request id and the security headers`() async throws {
    try await House.open { house async throws in
      let answer = try await house.probe.send("GET", "/api/health/", headers: [("X-Request-Id", "abc-1.2_3")])
      #expect(answer.headers["x-request-id"] == "abc-1.2_3")
      #expect(answer.headers["x-frame-options"] == "DENY")
      #expect(answer.headers["x-content-type-options"] == "nosniff")
      #expect(answer.headers["referrer-policy"] == "same-origin")
      #expect(answer.headers["cross-origin-opener-policy"] == "same-origin")
      let odd = try await house.probe.send("GET", "/nope/", headers: [("X-Request-Id", "a b")])
      #expect(odd.headers["x-request-id"]?.count == 32)
    }
  }

  @Test func `lets listed origins read, and no other`() async throws {
    try await House.open(config: { $0.corsOrigins = ["https://app.example"] }) { house async throws in
      let listed = try await house.probe.send("GET", "/api/health/", headers: [("Origin", "https://app.example")])
      #expect(listed.headers["access-control-allow-origin"] == "https://app.example")
      #expect(listed.headers["access-control-allow-credentials"] == "true")
      let other = try await house.probe.send("GET", "/api/health/", headers: [("Origin", "https://evil.example")])
      #expect(other.headers["access-control-allow-origin"] == nil)
      let preflight = try await house.probe.send(
        "OPTIONS", "/api/v1/projects/", headers: [("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST")])
      #expect(preflight.headers["access-control-allow-methods"] == "DELETE, GET, OPTIONS, PATCH, POST, PUT")
      #expect(preflight.headers["access-control-max-age"] == "86400")
      #expect(preflight.headers["access-control-allow-headers"]?.contains("x-api-key") == true)
    }
  }
}
