import Catalogue
import JSONRPC
import Testing

/// Routes that a plugin's method answers.
@Suite struct MethodRouteTests {
  @Test func `hands the method path, query, headers and body, and passes its answer on`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.run") { _ throws(RPCError) in
        ["status": 202, "headers": ["Location": "/x/", "Content-Length": "999"], "body": ["task": 1.50]]
      }
      let answer = try await house.send(
        "POST", "/api/v1/projects/4/run/?lang=en&lang=zh", #"{"goal":" ship ","more":1}"#,
        [("X-Project-Id", "4"), ("Idempotency-Key", "k"), ("traceparent", "00-abc-def-01"), ("X-Request-Id", "r1")])
      #expect(answer.status == 202)
      #expect(answer.headers["location"] == "/x/")
      #expect(answer.text == #"{"task":1.5}"#)
      let call = try #require(house.plugins.calls.last { $0.method == "projects.run" })
      #expect(call.params["path"] == ["id": 4])
      #expect(call.params["query"] == ["lang": "zh"])
      #expect(call.params["body"] == ["goal": "ship", "rounds": 3])
      #expect(call.params["headers"] == ["idempotency-key": "k", "x-project-id": "4"])
      #expect(call.params["base_url"] == "http://hive.test")
      #expect(call.context.traceparent == "00-abc-def-01")
      #expect(call.context.requestID == "r1")
      #expect(call.context.operationID?.hasPrefix("idempotency:") == true)
    }
  }

  @Test func `validates a declared body and leaves an undeclared one alone`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.run") { _ throws(RPCError) in ["body": [:]] }
      let bad = try await house.send("POST", "/api/v1/projects/4/run/", #"{"rounds":"x"}"#)
      #expect(bad.text == #"{"goal":["This field is required."],"rounds":["A valid integer is required."]}"#)
      _ = try await house.send("POST", "/api/v1/free/", #"{"a":1.0,"b":[null]}"#)
      #expect(house.plugins.calls.last?.params["body"].text == #"{"a":1.0,"b":[null]}"#)
      #expect(try await house.send("POST", "/api/v1/free/", #"{"a":"\u0000"}"#).status == 400)
      #expect(try await house.send("POST", "/api/v1/free/", "[]").status == 400)
    }
  }

  @Test func `reads carry no operation and no body`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.sum") { _ throws(RPCError) in ["body": ["sum": 3]] }
      let answer = try await house.get("/api/v1/projects/4/stats/")
      #expect(answer.text == #"{"sum":3}"#)
      #expect(house.plugins.calls.last?.context.operationID == nil)
      #expect(house.plugins.calls.last?.params["body"] == JSON.null)
    }
  }

  @Test func `answers with the status and body of an application error`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.sum") { _ throws(RPCError) in
        throw RPCError.application("quota_exceeded", status: 429, "too much", more: ["retry_after_ms": 60_000])
      }
      let answer = try await house.get("/api/v1/projects/4/stats/")
      #expect(answer.status == 429)
      #expect(answer.text == #"{"error":"too much","code":"quota_exceeded"}"#)
      #expect(answer.headers["retry-after"] == "60")
      house.plugins.on("projects.sum") { _ throws(RPCError) in ["status": 99] }
      #expect(try await house.get("/api/v1/projects/4/stats/").status == 500)
    }
  }

  @Test func `streams a download with the head the method gave`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.fetch") { _ throws(RPCError) in
        ["head": ["status": 200, "headers": ["content-type": "text/css"]], "chunks": ["body", "{}"]]
      }
      let answer = try await house.get("/api/v1/files/3/download/")
      #expect(answer.headers["content-type"] == "text/css")
      #expect(answer.text == "body{}")
    }
  }
}
