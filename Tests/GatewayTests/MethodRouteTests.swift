import Catalogue
import Foundation
import JSONRPC
import PluginProtocol
import Synchronization
import TestSupport
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
        [
          ("X-Project-Id", "4"), ("Idempotency-Key", "k"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
          ("X-Request-Id", "r1"),
        ])
      #expect(answer.status == 202)
      #expect(answer.headers["location"] == "/x/")
      #expect(answer.text == #"{"task":1.5}"#)
      let call = try #require(house.plugins.calls.last { $0.method == "projects.run" })
      #expect(call.params["path"] == ["id": 4])
      #expect(call.params["query"] == ["lang": "zh"])
      #expect(call.params["body"] == ["goal": "ship", "rounds": 3])
      #expect(call.params["headers"] == ["idempotency-key": "k", "x-project-id": "4"])
      #expect(call.params["base_url"] == "http://hive.test")
      let trace = try #require(call.context.traceparent)
      #expect(trace.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") && trace.hasSuffix("-01") && trace.utf8.count == 55)
      #expect(!trace.contains("b7ad6b7169203331"), "a step of our own")
      #expect(call.context.requestID == "r1")
      #expect(call.context.operationID?.hasPrefix("idempotency:") == true)
    }
  }

  @Test func `a client that leaves takes its call with it, and one that stays gets its next answer on the same connection`() async throws {
    try await House.open { house async throws in
      let head = "POST /api/v1/projects/4/run/ HTTP/1.1\r\nHost: hive.test\r\n\(house.bearer().0): \(house.bearer().1)\r\n"
      let last = "Connection: close\r\n"
      let rest = "Content-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"goal\":\"ship\"}"
      house.plugins.on("projects.run") { _ throws(RPCError) in ["body": [:]] }
      let both = String(decoding: try await house.probe.exchange(head + rest + head + last + rest), as: UTF8.self)
      #expect(both.matches(of: /HTTP\/1.1 2/).count == 2, "\(both)")
      let asked = house.plugins.calls.count
      house.plugins.hang("projects.run")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await house.probe.open(head + rest) { _ in true } }
        try await eventually("the call to hang") { house.plugins.calls[asked...].contains { $0.method == "projects.run" } ? true : nil }
        #expect(house.plugins.abandoned == [])
        group.cancelAll()
        try? await group.waitForAll()
      }
      try await eventually("the call to be cancelled") { house.plugins.abandoned == ["projects.run"] ? true : nil }
    }
  }

  @Test func `while the first call under an Idempotency-Key runs, a second is told to come again`() async throws {
    try await House.open { house async throws in
      let body = #"{"goal":"ship"}"#
      let claims = Mutex<[JSON]>([])
      house.plugins.on("storage.transact") { call throws(RPCError) in
        let claim = call.params["steps"][0]["rows"][0]
        guard claims.withLock({ $0.isEmpty }) else {
          throw RPCError.application("not_unique", status: 409, "", more: ["fields": ["digest"]])
        }
        claims.withLock { $0.append(claim) }
        return ["results": [["count": 1]]]
      }
      let began = WireDate.text(seconds: Int(Date().timeIntervalSince1970))
      house.plugins.on("storage.read") { call throws(RPCError) in
        if let row = House.identityRow(call.params) { return row }
        let claim = claims.withLock { $0.first } ?? .null
        return ["row": ["body_digest": claim["body_digest"], "answer": .null, "created_at": .string(began)]]
      }
      house.plugins.hang("projects.run")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { _ = try await house.send("POST", "/api/v1/projects/4/run/", body, [("Idempotency-Key", "k")]) }
        try await eventually("the first call to run") { house.plugins.calls.contains { $0.method == "projects.run" } ? true : nil }
        let second = try await house.send("POST", "/api/v1/projects/4/run/", body, [("Idempotency-Key", "k")])
        #expect(second.status == 409 && second.json["code"] == "idempotency_running" && second.headers["retry-after"] == "1")
        let other = try await house.send("POST", "/api/v1/projects/4/run/", #"{"goal":"sink"}"#, [("Idempotency-Key", "k")])
        #expect(other.status == 422)
        #expect(house.plugins.calls.count { $0.method == "projects.run" } == 1)
        group.cancelAll()
      }
    }
  }

  @Test func `validates a declared body and leaves an undeclared one alone`() async throws {
    try await House.open { house async throws in
      house.plugins.on("storage.read") { call throws(RPCError) in House.identityRow(call.params) ?? ["count": 1] }
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

  @Test func `denies a row of another tenant where the route says so, and else knows no such row`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.run") { _ throws(RPCError) in
        throw .application("not_found", status: 404, "gone", body: ["detail": "No Project matches the given query."])
      }
      let rows: @Sendable (Int, Int) -> FakePlugins.Answer = { own, all in
        { call throws(RPCError) in House.identityRow(call.params) ?? ["count": .int(call.context.system ? all : own)] }
      }
      let cases: [(own: Int, all: Int, status: Int)] = [(0, 1, 403), (0, 0, 404), (1, 1, 404)]
      for (own, all, status) in cases {
        house.plugins.on("storage.read", rows(own, all))
        let answer = try await house.send("POST", "/api/v1/projects/4/run/", #"{"goal":"x"}"#)
        #expect(answer.status == status, "\(own) of \(all)")
        if status == 403 { #expect(answer.text == #"{"error":"Access denied"}"#) }
      }
      house.plugins.on("storage.read", rows(0, 1))
      #expect(try await house.send("POST", "/api/v1/projects/4/run/", "{}").status == 403)
      house.plugins.on("storage.read", rows(0, 0))
      #expect(try await house.send("POST", "/api/v1/projects/4/run/", "[").text == #"{"detail":"No Project matches the given query."}"#)
    }
  }

  @Test func `takes a body in the form that the client means, and hands over the members it does not name`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.run") { _ throws(RPCError) in ["body": [:]] }
      let cases: [(String, Int, JSON)] = [
        (#"{"text":" a ","colour":"red"}"#, 200, ["colour": "red", "text": "a"]),
        (
          #"{"notes":[{"text":"a","size":"3","hat":1},{"text":"b"}],"text":7}"#, 200,
          ["text": 7, "notes": [["text": "a", "size": 3], ["text": "b", "size": 1]]]
        ),
        (#"{"colour":"red"}"#, 400, ["text": ["This field is required."]]),
        (#"{"text":"a","colour":"\u0000"}"#, 400, ["detail": "Null characters are not allowed."]),
        (#"{"notes":[{"text":"a"},7,{"size":"x"}]}"#, 400, ["notes": ["Ensure this field has no more than 2 elements."]]),
        (
          #"{"notes":[7,{"size":"x"}]}"#, 400,
          [
            "notes": [
              "0": ["non_field_errors": ["Invalid data. Expected a dictionary, but got int."]],
              "1": ["text": ["This field is required."], "size": ["A valid integer is required."]],
            ]
          ]
        ),
      ]
      for (body, status, expected) in cases {
        let before = house.plugins.calls.filter { $0.method == "projects.run" }.count
        let answer = try await house.send("POST", "/api/v1/notes/", body)
        let calls = house.plugins.calls.filter { $0.method == "projects.run" }
        #expect(answer.status == status, "\(body): \(answer.text)")
        #expect(calls.count == before + (status == 200 ? 1 : 0))
        #expect((status == 200 ? calls.last?.params["body"] : answer.json) == expected, "\(body)")
      }
    }
  }

  @Test func `checks declared parameters and hands them over in wire form`() async throws {
    try await House.open { house async throws in
      house.plugins.on("projects.sum") { _ throws(RPCError) in ["body": [:]] }
      let refused = try await house.send("GET", "/api/v1/totals/?from=soon&unit=week&all=maybe")
      #expect(
        refused.json
          == [
            "from": ["Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."],
            "unit": ["Select a valid choice. week is not one of the available choices."],
          ])
      #expect(try await house.send("GET", "/api/v1/totals/?from=%00").status == 400)
      #expect(try await house.send("GET", "/api/v1/totals/?from=2026-01-31T10:00%2B02:00&unit=&more=1").status == 200)
      let call = try #require(house.plugins.calls.last)
      #expect(call.params["query"] == ["from": "2026-01-31T08:00:00Z", "unit": "", "more": "1"])
    }
  }

  @Test func `says what the route says to a user without tenant`() async throws {
    try await House.open { house async throws in
      let answer = try await house.get("/api/v1/totals/", role: "none")
      #expect(answer.status == 401 && answer.text == #"{"error":"No tenant"}"#)
      house.plugins.on("projects.sum") { _ throws(RPCError) in ["body": [:]] }
      #expect(try await house.get("/api/v1/projects/4/stats/", role: "none").status == 200)
      #expect(house.plugins.calls.last?.context.tenant == "00000000-0000-0000-0000-000000000000")
    }
  }
}
