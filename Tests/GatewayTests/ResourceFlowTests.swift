import JSONRPC
import TestSupport
import Testing

/// The core resources over HTTP and the real storage.
@Suite(.timeLimit(.minutes(2))) struct ResourceFlowTests {
  @Test func `a project lives: made, listed, shown, changed, replaced, deleted`() async throws {
    try await RealHouse.open { house async throws in
      let made = try await house.send("POST", "/projects/", #"{"name":" Shop ","total_cost":1.5,"id":99}"#)
      #expect(made.status == 201)
      let project = made.json
      let id = try #require(project["id"].int)
      #expect(project["name"] == "Shop")
      #expect(project["status"] == "draft")
      #expect(project["total_cost"] == "1.50")
      #expect(project["team_members"] == [])
      let list = try await house.send("GET", "/projects/").json
      #expect(list["count"] == 1)
      #expect(list["results"][0]["id"] == .int(id))
      let patched = try await house.send("PATCH", "/projects/\(id)/", #"{"status":"in_progress"}"#)
      #expect(patched.status == 200)
      #expect(patched.json["status"] == "in_progress")
      #expect(patched.json["name"] == "Shop")
      #expect(try await house.send("PATCH", "/projects/\(id)/", "{}").status == 200)
      let put = try await house.send("PUT", "/projects/\(id)/", #"{"description":"d"}"#)
      #expect(put.text == #"{"name":["This field is required."]}"#)
      #expect(try await house.send("PUT", "/projects/\(id)/", #"{"name":"Shop 2"}"#).json["status"] == "in_progress")
      #expect(try await house.send("GET", "/projects/?status=completed").json["count"] == 0)
      #expect(try await house.send("DELETE", "/projects/\(id)/").status == 204)
      #expect(try await house.send("GET", "/projects/\(id)/").status == 404)
    }
  }

  @Test func `another tenant sees nothing, changes nothing and refers to nothing`() async throws {
    try await RealHouse.open { house async throws in
      let made = try await house.send("POST", "/projects/", #"{"name":"Mine"}"#).json
      let id = try #require(made["id"].int)
      for (method, body) in [("GET", nil), ("PUT", #"{"name":"x"}"#), ("PATCH", #"{"name":"x"}"#), ("PATCH", "[]"), ("DELETE", nil)] {
        let answer = try await house.send(method, "/projects/\(id)/", body, key: house.other)
        #expect(answer.status == 404, "\(method)")
        #expect(answer.text == #"{"detail":"No Project matches the given query."}"#, "\(method)")
      }
      #expect(try await house.send("GET", "/projects/", key: house.other).json["count"] == 0)
      let task = try await house.send("POST", "/tasks/", #"{"project_id":\#(id),"title":"t"}"#, key: house.other)
      #expect(task.status == 400)
      #expect(task.text == #"{"project_id":["Invalid pk \"\#(id)\" - object does not exist."]}"#)
      let filter = try await house.send("GET", "/tasks/?project=\(id)", key: house.other)
      #expect(filter.text == #"{"project":["Select a valid choice. That choice is not one of the available choices."]}"#)
      #expect(try await house.send("GET", "/projects/\(id)/").json["name"] == "Mine")
    }
  }

  @Test func `agents are private or of the system, which only reads`() async throws {
    try await RealHouse.open { house async throws in
      let system: JSON = [
        "steps": [
          ["op": "insert", "collection": "agent", "rows": [["tenant": .null, "name": "S", "agent_no": "1", "duty": "d", "detail": "x"]]]
        ]
      ]
      _ = try await house.plugins.storage.call("storage.transact", system, operationID: "seed", system: true)
      let own = try await house.send("POST", "/agents/", #"{"name":"O","agent_no":"2","duty":"d","detail":"x"}"#)
      #expect(own.status == 201)
      #expect(own.json["is_system"] == false)
      #expect(try await house.send("GET", "/agents/").json["count"] == 2)
      #expect(try await house.send("GET", "/agents/", key: house.other).json["count"] == 1)
      let open = try await house.probe.send("GET", "/api/v1/agents/").json
      #expect(open["count"] == 1)
      #expect(open["results"][0]["name"] == "S")
      let id = try #require(open["results"][0]["id"].int)
      #expect(try await house.probe.send("GET", "/api/v1/agents/\(id)/").json["name"] == "S")
      for (method, body) in [("PATCH", #"{"name":"x"}"#), ("PATCH", #"{"name":""}"#), ("DELETE", nil)] {
        #expect(try await house.send(method, "/agents/\(id)/", body).status == 403, "\(method)")
      }
      let twice = try await house.send("POST", "/agents/", #"{"name":"O","agent_no":"2","duty":"d","detail":"x"}"#)
      #expect(twice.text == #"{"agent_no":["Agent with this Agent number (e.g., Agent No.1) already exists."]}"#)
    }
  }

  @Test func `pages link to each other and order by what they show`() async throws {
    try await RealHouse.open { house async throws in
      for number in 1...5 { _ = try await house.send("POST", "/projects/", #"{"name":"p\#(number)"}"#) }
      let first = try await house.send("GET", "/projects/?page_size=2&ordering=name").json
      #expect(first["results"].array?.map { $0["name"] } == ["p1", "p2"])
      #expect(first["next"] == "http://hive.test/api/v1/projects/?ordering=name&page=2&page_size=2")
      let last = try await house.send("GET", "/projects/?page_size=2&ordering=name&page=last").json
      #expect(last["results"].array?.map { $0["name"] } == ["p5"])
      #expect(last["next"] == JSON.null)
      #expect(try await house.send("GET", "/projects/?page_size=2&page=4").status == 404)
    }
  }

  @Test func `a create under an Idempotency-Key happens once`() async throws {
    try await RealHouse.open { house async throws in
      let key = [("Idempotency-Key", "k1")]
      let first = try await house.send("POST", "/projects/", #"{"name":"Once"}"#, key: nil, key)
      #expect(first.status == 201)
      let again = try await house.send("POST", "/projects/", #"{"name":"Once"}"#, key: nil, key)
      #expect(again.status == 201)
      #expect(again.text == first.text)
      #expect(try await house.send("POST", "/projects/", #"{"name":"Twice"}"#, key: nil, key).status == 422)
      #expect(try await house.send("POST", "/projects/", #"{"name":"Once"}"#, key: house.other, key).status == 201)
      #expect(try await house.send("GET", "/projects/").json["count"] == 1)
    }
  }
}
