import Catalogue
import Gateway
import JSONRPC
import PluginProtocol
import Testing

/// Declarative routes: what they ask of storage, and what they make of its answers.
@Suite struct CollectionRouteTests {
  private func read(_ house: House) -> JSON {
    house.plugins.calls.last { $0.method == "storage.read" && $0.params["collection"] != "user" }?.params ?? .null
  }
  private func steps(_ house: House) -> JSON { house.plugins.calls.last { $0.method == "storage.transact" }?.params["steps"] ?? .null }

  private func rows(_ house: House, _ reply: JSON) {
    house.plugins.on("storage.read") { call throws(RPCError) in House.identityRow(call.params) ?? reply }
  }

  @Test func `lists a page with one read and splices the rows as they came`() async throws {
    try await House.open { house async throws in
      rows(house, ["count": 41, "rows": [["id": 1, "cost": "0.10"]]])
      let before = try await house.get("/api/health/").status
      #expect(before == 200)
      let answer = try await house.get("/api/v1/projects/?page=2&status=draft&ordering=-name,nope")
      #expect(
        answer.text
          == #"{"count":41,"next":"http://hive.test/api/v1/projects/?ordering=-name%2Cnope&page=3&status=draft","previous":"http://hive.test/api/v1/projects/?ordering=-name%2Cnope&status=draft","results":[{"id":1,"cost":"0.10"}]}"#
      )
      let read = read(house)
      #expect(read["op"] == "page")
      #expect(read["filter"] == [["status", "eq", "draft"]])
      #expect(read["order"] == ["-name"])
      #expect(read["limit"] == 20 && read["offset"] == 20 && read["shape"] == "list")
      let context = house.plugins.calls.last?.context
      #expect(context?.tenant == House.tenant)
      #expect(context?.principal?.role == "member")
      #expect(house.plugins.calls.filter { $0.params["collection"] == "project" }.count == 1)
    }
  }

  @Test func `refuses pages past the end and filters that cannot be`() async throws {
    try await House.open { house async throws in
      rows(house, ["count": 3, "rows": []])
      for query in ["page=2", "page=0", "page=x"] {
        let answer = try await house.get("/api/v1/projects/?\(query)")
        #expect(answer.status == 404)
        #expect(answer.text == #"{"detail":"Invalid page."}"#)
      }
      let choice = try await house.get("/api/v1/projects/?status=gone")
      #expect(choice.status == 400)
      #expect(choice.text == #"{"status":["Select a valid choice. gone is not one of the available choices."]}"#)
    }
  }

  @Test func `finds the last page`() async throws {
    try await House.open { house async throws in
      rows(house, ["count": 41, "rows": []])
      let answer = try await house.get("/api/v1/projects/?page=last")
      #expect(answer.json["next"] == .null)
      #expect(read(house)["offset"] == 40)
    }
  }

  @Test func `a reference filter must name a row that can be seen`() async throws {
    try await House.open { house async throws in
      rows(house, ["results": [["count": 0], ["count": 5, "rows": []]]])
      let answer = try await house.get("/api/v1/tasks/?project=7")
      #expect(answer.status == 400)
      #expect(answer.text == #"{"project":["Select a valid choice. That choice is not one of the available choices."]}"#)
      #expect(read(house)["op"] == "many")
      #expect(read(house)["reads"][0]["filter"] == [["id", "eq", 7]])
    }
  }

  @Test func `lists under a parent as a plain array, if the parent can be seen`() async throws {
    try await House.open { house async throws in
      rows(house, ["results": [["count": 1], ["rows": [["id": 3]]]]])
      #expect(try await house.get("/api/v1/projects/4/tasks/").text == #"[{"id":3}]"#)
      #expect(house.plugins.calls.last?.params["reads"][1]["filter"] == [["project", "eq", 4]])
      rows(house, ["results": [["count": 0], ["rows": []]]])
      #expect(try await house.get("/api/v1/projects/4/tasks/").text == #"{"detail":"No Project matches the given query."}"#)
    }
  }

  @Test func `shows visitors only rows that belong to nobody`() async throws {
    try await House.open { house async throws in
      rows(house, ["count": 0, "rows": []])
      #expect(try await house.probe.send("GET", "/api/v1/agents/").status == 200)
      #expect(read(house)["filter"] == [["tenant", "isnull", true]])
      #expect(house.plugins.calls.last?.context.system == true)
    }
  }

  @Test func `shows one row, or the 404 of its model`() async throws {
    try await House.open { house async throws in
      rows(house, ["row": ["id": 5, "name": "a"]])
      #expect(try await house.get("/api/v1/projects/5/").text == #"{"id":5,"name":"a"}"#)
      #expect(read(house)["filter"] == [["id", "eq", 5]])
      rows(house, ["row": .null])
      let missing = try await house.get("/api/v1/projects/5/")
      #expect(missing.status == 404)
      #expect(missing.text == #"{"detail":"No Project matches the given query."}"#)
    }
  }

  @Test func `creates with clean values and answers 201 with the row`() async throws {
    try await House.open { house async throws in
      house.plugins.on("storage.transact") { _ throws(RPCError) in ["results": [["count": 1, "ids": [9], "row": ["id": 9]]]] }
      let answer = try await house.send("POST", "/api/v1/tasks/", #"{"title":" x ","project_id":"4","id":77,"tenant":"evil","hat":1}"#)
      #expect(answer.status == 201)
      #expect(answer.text == #"{"id":9}"#)
      #expect(steps(house)[0]["rows"] == [["title": "x", "project": 4]])
      #expect(steps(house)[0]["return"] == "detail")
      #expect(house.plugins.calls.last?.context.operationID?.hasPrefix("http:") == true)
    }
  }

  static let badBodies: [(body: String, status: Int, answer: String)] = [
    (#"{"name":""}"#, 400, #"{"name":["This field may not be blank."]}"#), ("", 400, #"{"name":["This field is required."]}"#),
    ("[1]", 400, #"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#),
    ("null", 400, #"{"non_field_errors":["No data provided"]}"#),
    ("{", 400, #"{"detail":"JSON parse error - unexpected end at byte 1"}"#),
    (#"{"name":NaN}"#, 400, #"{"detail":"JSON parse error - unexpected character at byte 8"}"#),
  ]

  @Test func `refuses bad bodies with the words of the contract`() async throws {
    try await House.open { house async throws in
      for (body, status, text) in Self.badBodies {
        let answer = try await house.send("POST", "/api/v1/projects/", body)
        #expect(answer.status == status, "\(body)")
        #expect(answer.text == text, "\(body)")
      }
      let form = try await house.send("POST", "/api/v1/projects/", "a=b", [("Content-Type", "application/x-www-form-urlencoded")])
      #expect(form.status == 415)
      #expect(form.text == #"{"detail":"Unsupported media type \"application/x-www-form-urlencoded\" in request."}"#)
    }
  }

  @Test func `refuses bodies past the limit, larger ones on ingest`() async throws {
    try await House.open(config: {
      $0.bodyByteLimit = 100
      $0.ingestBodyByteLimit = 200
    }) { house async throws in
      house.plugins.on("projects.run") { _ throws(RPCError) in ["body": ["ok": true]] }
      let body = #"{"name":"\#(String(repeating: "a", count: 120))"}"#
      let refused = try await house.send("POST", "/api/v1/projects/", body)
      #expect(refused.status == 413)
      #expect(refused.json["code"] == "body_too_large")
      #expect(try await house.send("POST", "/api/v1/ingest/", body).status == 200)
    }
  }

  @Test func `gives up on a body that does not come`() async throws {
    try await House.open(config: { $0.bodyTimeout = .milliseconds(100) }) { house async throws in
      let silent = try await house.probe.send(
        "POST", "/api/v1/projects/", headers: [house.bearer(), ("Transfer-Encoding", "chunked"), ("Content-Type", "application/json")])
      #expect(silent.status == 408)
    }
  }

  @Test func `looks for the row before it judges the body`() async throws {
    try await House.open { house async throws in
      #expect(try await house.send("PATCH", "/api/v1/projects/5/", #"{"name":""}"#).status == 404)
      #expect(try await house.send("PUT", "/api/v1/projects/5/", "{").status == 404)
      rows(house, ["row": ["key": 5]])
      #expect(try await house.send("PATCH", "/api/v1/projects/5/", #"{"name":""}"#).status == 400)
      rows(house, ["row": ["is_shared": true]])
      #expect(try await house.send("PATCH", "/api/v1/agents/5/", #"{"name":""}"#).status == 403)
    }
  }

  @Test func `updates and deletes by key, and knows a row that is not there`() async throws {
    try await House.open { house async throws in
      house.plugins.on("storage.transact") { _ throws(RPCError) in ["results": [["count": 1, "row": ["id": 5, "name": "b"]]]] }
      let answer = try await house.send("PATCH", "/api/v1/projects/5/", #"{"name":"b"}"#)
      #expect(answer.status == 200)
      #expect(answer.text == #"{"id":5,"name":"b"}"#)
      #expect(steps(house)[0]["filter"] == [["id", "eq", 5]])
      #expect(steps(house)[0]["set"] == ["name": "b"])
      #expect(try await house.send("DELETE", "/api/v1/projects/5/").status == 204)
      house.plugins.on("storage.transact") { _ throws(RPCError) in ["results": [["count": 0]]] }
      #expect(try await house.send("PATCH", "/api/v1/projects/5/", #"{"name":"b"}"#).status == 404)
      #expect(try await house.send("DELETE", "/api/v1/projects/5/").text == #"{"detail":"No Project matches the given query."}"#)
    }
  }

  static let refusals: [(error: RPCError, path: String, status: Int, body: String)] = [
    (
      .application("not_unique", status: 409, "", more: ["fields": ["tenant", "name"]]), "/api/v1/projects/", 400,
      #"{"name":["Project with this name already exists."]}"#
    ),
    (
      .application("not_unique", status: 409, "", more: ["fields": ["agent_no"]]), "/api/v1/agents/", 400,
      #"{"agent_no":["Agent with this Agent number already exists."]}"#
    ),
    (
      .application("not_unique", status: 409, "", more: ["fields": ["project", "title"]]), "/api/v1/tasks/", 400,
      #"{"non_field_errors":["The fields project_id, title must make a unique set."]}"#
    ),
    (
      .application("no_reference", status: 400, "", more: ["field": "project", "value": 7]), "/api/v1/tasks/", 400,
      #"{"project_id":["Invalid pk \"7\" - object does not exist."]}"#
    ),
    (
      .application("read_only", status: 403, ""), "/api/v1/agents/", 403,
      #"{"detail":"You do not have permission to perform this action."}"#
    ),
    (
      .application("in_use", status: 409, "", more: ["collection": "task"]), "/api/v1/agents/", 409,
      #"{"error":"Agent is in use by Task.","code":"agent_in_use"}"#
    ),
    (.application("invalid", status: 400, "", more: ["field": "title", "message": "No."]), "/api/v1/tasks/", 400, #"{"title":["No."]}"#),
    (
      RPCError(.unavailable, "down"), "/api/v1/projects/", 503, #"{"error":"The service is temporarily unavailable.","code":"unavailable"}"#
    ),
    (
      RPCError(.overloaded, "full", data: ["retry_after_ms": 2500]), "/api/v1/projects/", 503,
      #"{"error":"The service is temporarily unavailable.","code":"overloaded"}"#
    ),
    (RPCError(.internal, "secret stack"), "/api/v1/projects/", 500, #"{"detail":"Internal server error.","code":"internal_error"}"#),
  ]

  @Test func `says what storage's refusals mean`() async throws {
    try await House.open { house async throws in
      for (error, path, status, body) in Self.refusals {
        house.plugins.on("storage.transact") { _ throws(RPCError) in throw error }
        let answer = try await house.send("POST", path, #"{"name":"a","agent_no":"1","title":"t","project_id":7}"#)
        #expect(answer.status == status)
        #expect(answer.text == body)
        if error.code == .overloaded { #expect(answer.headers["retry-after"] == "3") }
      }
    }
  }

  @Test func `a switched off plugin leaves 404, a plugin that is down 503`() async throws {
    try await House.open { house async throws in
      house.plugins.on("storage.read") { call throws(RPCError) in
        if let row = House.identityRow(call.params) { return row }
        throw RPCError(.pluginDied, "gone")
      }
      let down = try await house.get("/api/v1/projects/")
      #expect(down.status == 503)
      #expect(down.headers["retry-after"] == "1")
      try house.catalogue.remove("projects")
      #expect(try await house.get("/api/v1/projects/").status == 404)
      #expect(try await house.probe.send("GET", "/api/schema/").json["paths"]["/api/v1/projects/"] == .null)
      #expect(try await house.probe.send("GET", "/api/health/").status == 200)
    }
  }

  @Test func `repeats a create under one key, and refuses the key for another body`() async throws {
    try await House.open { house async throws in
      let key = [("Idempotency-Key", "k-1")]
      house.plugins.on("storage.transact") { call throws(RPCError) in
        ["results": [["row": ["id": 9]], ["row": ["body_digest": call.params["steps"][1]["rows"][0]["body_digest"]]]]]
      }
      let first = try await house.send("POST", "/api/v1/projects/", #"{"name":"a"}"#, key)
      #expect(first.status == 201)
      let call = try #require(house.plugins.calls.last)
      #expect(call.context.operationID?.hasPrefix("idempotency:") == true)
      #expect(call.params["steps"][1]["rows"][0]["row"] == ["$ref": "row.id"])
      let digest = call.params["steps"][1]["rows"][0]["body_digest"]
      // The same again: storage answers with what it recorded.
      house.plugins.on("storage.transact") { _ throws(RPCError) in ["results": [["row": ["id": 9]], ["row": ["body_digest": digest]]]] }
      #expect(try await house.send("POST", "/api/v1/projects/", #"{"name":"a"}"#, key).text == #"{"id":9}"#)
      #expect(house.plugins.calls.last?.context.operationID == call.context.operationID)
      let other = try await house.send("POST", "/api/v1/projects/", #"{"name":"b"}"#, key)
      #expect(other.status == 422)
      #expect(other.json["code"] == "idempotency_key_reused")
      // Much later: storage has forgotten its reply, the remembered row is read.
      house.plugins.on("storage.transact") { _ throws(RPCError) in
        throw RPCError.application("not_unique", status: 409, "", more: ["fields": ["digest"], "step": 1])
      }
      house.plugins.on("storage.read") { call throws(RPCError) in
        if let row = House.identityRow(call.params) { return row }
        return call.params["collection"] == "idempotency_key" ? ["row": ["body_digest": digest, "row": 9]] : ["row": ["id": 9]]
      }
      let late = try await house.send("POST", "/api/v1/projects/", #"{"name":"a"}"#, key)
      #expect(late.status == 201)
      #expect(late.text == #"{"id":9}"#)
      #expect(try await house.send("POST", "/api/v1/projects/", #"{"name":"b"}"#, key).status == 422)
    }
  }
}
