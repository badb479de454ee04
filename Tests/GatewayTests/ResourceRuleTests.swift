import JSONRPC
import TestSupport
import Testing

/// What single resources demand beyond their fields (contract http.md, section 9), over HTTP and the real storage.
@Suite(.timeLimit(.minutes(2))) struct ResourceRuleTests {
  @Test func `a requirement is written with its standards, which a change replaces or leaves`() async throws {
    try await RealHouse.open { house async throws in
      let conversation = try await house.made("/conversations/", #"{"title":"c"}"#)
      let body = #"{"content":"fast","delivery_standards":[" a ","b"],"conversation":\#(conversation)}"#
      let made = try await house.send("POST", "/requirements/", body)
      #expect(made.status == 201)
      let id = try #require(made.json["id"].int)
      #expect(made.json.object?.names == ["id", "content", "type", "delivery_standards", "conversation", "created_at"])
      #expect(made.json["delivery_standards"].array?.map { $0["content"] } == ["a", "b"])
      #expect(made.json["delivery_standards"].array?.map { $0["order"] } == [0, 1])
      let renamed = try await house.send("PATCH", "/requirements/\(id)/", #"{"content":"faster"}"#)
      #expect(renamed.json["delivery_standards"].array?.count == 2)
      let replaced = try await house.send("PUT", "/requirements/\(id)/", #"{"content":"fastest","delivery_standards":["c"]}"#)
      #expect(replaced.json["delivery_standards"].array?.map { $0["content"] } == ["c"])
      #expect(replaced.json["conversation"] == .int(conversation))
      #expect(try await house.send("GET", "/delivery-standards/?requirement=\(id)").json["count"] == 1)
      let emptied = try await house.send("PATCH", "/requirements/\(id)/", #"{"delivery_standards":[]}"#)
      #expect(emptied.json["delivery_standards"] == [])
    }
  }

  @Test(arguments: [
    (#"{"content":"x","delivery_standards":"no"}"#, #"{"delivery_standards":["Expected a list of items but got type \"str\"."]}"#),
    (
      #"{"content":"x","delivery_standards":["ok",[],""]}"#,
      #"{"delivery_standards":{"1":["Not a valid string."],"2":["This field may not be blank."]}}"#
    ),
    (#"{"delivery_standards":null}"#, #"{"content":["This field is required."],"delivery_standards":["This field may not be null."]}"#),
  ])
  func `bad standards are named by their place`(body: String, answer: String) async throws {
    try await RealHouse.open { house async throws in
      let refused = try await house.send("POST", "/requirements/", body)
      #expect(refused.status == 400)
      #expect(refused.text == answer)
      #expect(try await house.send("GET", "/requirements/").json["count"] == 0)
    }
  }

  @Test func `a requirement under a conversation is created there, or the conversation is not found`() async throws {
    try await RealHouse.open { house async throws in
      let conversation = try await house.made("/conversations/", "{}")
      let path = "/conversations/\(conversation)/add_requirement/"
      let made = try await house.send("POST", path, #"{"content":"x","conversation":999,"delivery_standards":["s"]}"#)
      #expect(made.status == 201)
      #expect(made.json["conversation"] == .int(conversation))
      for body in [#"{"content":"x"}"#, "{}", "[]", "{"] {
        let refused = try await house.send("POST", path, body, key: house.other)
        #expect(refused.status == 404, "\(body)")
        #expect(refused.text == #"{"detail":"No Conversation matches the given query."}"#)
      }
    }
  }

  @Test func `the first message of a user is remembered, by either route`() async throws {
    try await RealHouse.open { house async throws in
      let first = try await house.made("/conversations/", "{}")
      let second = try await house.made("/conversations/", "{}")
      _ = try await house.made("/messages/", #"{"conversation":\#(first),"type":"assistant","content":"hello"}"#)
      _ = try await house.made("/messages/", #"{"conversation":\#(first),"type":"user","content":"a shop"}"#)
      _ = try await house.made("/conversations/\(second)/add_message/", #"{"type":"user","content":"a bakery"}"#)
      _ = try await house.made("/conversations/\(second)/add_message/", #"{"type":"user","content":"no, a shop"}"#)
      #expect(try await house.send("GET", "/conversations/\(first)/").json["first_user_message"] == "a shop")
      let shown = try await house.send("GET", "/conversations/\(second)/").json
      #expect(shown["first_user_message"] == "a bakery")
      #expect(shown["messages"].array?.map { $0["content"] } == ["a bakery", "no, a shop"])
      let foreign = try await house.send("POST", "/messages/", #"{"conversation":\#(first),"type":"user","content":"x"}"#, key: house.other)
      #expect(foreign.text == #"{"conversation":["Invalid pk \"\#(first)\" - object does not exist."]}"#)
      let missing = try await house.send("POST", "/conversations/\(first)/add_message/", "{}", key: house.other)
      #expect(missing.status == 404)
    }
  }

  @Test func `a project begins with its requirements`() async throws {
    try await RealHouse.open { house async throws in
      let made = try await house.send("POST", "/projects/", #"{"name":"Shop","requirements":["a cart","a till"]}"#)
      #expect(made.status == 201)
      let conversation = try #require(made.json["main_conversation"].int)
      let shown = try await house.send("GET", "/conversations/\(conversation)/").json
      #expect(shown["title"] == "Shop" && shown["source_type"] == "no_data" && shown["project"] == made.json["id"])
      #expect(shown["requirements"].array?.map { $0["content"] } == ["a cart", "a till"])
      let plain = try await house.send("POST", "/projects/", #"{"name":"Plain","requirements":[]}"#)
      #expect(plain.json["main_conversation"] == .null)
      let refused = try await house.send("POST", "/projects/", #"{"name":"No","requirements":[""]}"#)
      #expect(refused.text == #"{"requirements":{"0":["This field may not be blank."]}}"#)
      #expect(try await house.send("GET", "/projects/").json["count"] == 2)
      let id = try #require(plain.json["id"].int)
      let stolen = try await house.send("PATCH", "/projects/\(id)/", #"{"main_conversation":\#(conversation)}"#)
      #expect(stolen.status == 400 && stolen.json["main_conversation"][0].string != nil, "\(stolen.text)")
    }
  }

  @Test func `folders nest, show all that is below them, and never hold themselves`() async throws {
    try await RealHouse.open { house async throws in
      let project = try await house.made("/projects/", #"{"name":"p"}"#)
      let root = try await house.made("/folders/", #"{"project":\#(project),"name":"src"}"#)
      let inner = try await house.made("/folders/", #"{"project":\#(project),"name":"app","parent":\#(root)}"#)
      let leaf = try await house.made("/folders/", #"{"project":\#(project),"name":"ui","parent":\#(inner)}"#)
      _ = try await house.made("/files/", #"{"project":\#(project),"folder":\#(leaf),"name":"a.swift"}"#)
      let shown = try await house.send("GET", "/folders/\(root)/").json
      #expect(shown.object?.names == ["id", "project", "name", "parent", "path", "children", "files", "created_at"])
      let deepest = shown["children"][0]["children"][0]
      #expect(deepest["path"] == "src/app/ui" && deepest["children"] == [] && deepest["files"][0]["path"] == "src/app/ui/a.swift")
      let tree = try await house.send("GET", "/projects/\(project)/file-tree/").json
      #expect(tree["total_files"] == 1 && tree["root_files"] == [] && tree["folders"] == [shown])
      for parent in [root, leaf] {
        let ring = try await house.send("PATCH", "/folders/\(root)/", #"{"parent":\#(parent)}"#)
        #expect(ring.text == #"{"parent":["A folder cannot lie inside itself."]}"#)
      }
      let named = try await house.send("POST", "/folders/", #"{"project":\#(project),"name":"a/b"}"#)
      #expect(named.text == #"{"name":["This name may not contain a slash."]}"#)
      let other = try await house.made("/projects/", #"{"name":"q"}"#)
      let strange = try await house.send("POST", "/folders/", #"{"project":\#(other),"name":"x","parent":\#(root)}"#)
      #expect(strange.text == #"{"parent":["This folder has another project."]}"#)
      let stray = try await house.send("POST", "/files/", #"{"project":\#(other),"name":"x","folder":\#(root)}"#)
      #expect(stray.text == #"{"folder":["This folder has another project."]}"#)
      let moved = try await house.send("PATCH", "/folders/\(root)/", #"{"project":\#(other)}"#)
      #expect(moved.status == 400 && moved.json["project"][0].string != nil, "\(moved.text)")
      #expect(try await house.send("DELETE", "/folders/\(root)/").status == 204)
      #expect(try await house.send("GET", "/files/").json["count"] == 0)
    }
  }

  @Test func `a decision supersedes, stays readable, and cannot be revived beside another`() async throws {
    try await RealHouse.open { house async throws in
      let project = try await house.made("/projects/", #"{"name":"p"}"#)
      func body(_ value: String) -> String { #"{"project":\#(project),"category":"tooling","key":"ci","value":"\#(value)"}"# }
      let first = try await house.made("/decisions/", body("make"))
      let same = try await house.send("POST", "/decisions/", body("make"))
      #expect(same.status == 200 && same.json["id"] == .int(first))
      let second = try await house.made("/decisions/", body("ninja"))
      let old = try await house.send("GET", "/decisions/\(first)/").json
      #expect(old["is_active"] == false && old["superseded_by"] == .int(second))
      let list = try await house.send("GET", "/decisions/?project=\(project)&ordering=value").json
      #expect(list["results"].array?.map { $0["value"] } == ["ninja"])
      let all = try await house.send("GET", "/decisions/?include_inactive=true&ordering=value&page_size=1").json
      #expect(all["count"] == 2 && all["results"][0]["value"] == "make")
      #expect(all["next"] == "http://hive.test/api/v1/decisions/?include_inactive=true&ordering=value&page=2&page_size=1")
      #expect(try await house.send("GET", "/decisions/?category=nonsense").json["count"] == 0)
      #expect(try await house.send("GET", "/decisions/?project=abc").status == 400)
      let revived = try await house.send("PATCH", "/decisions/\(first)/", #"{"is_active":true}"#)
      #expect(revived.text == #"{"non_field_errors":["The fields project, category, key must make a unique set."]}"#)
      #expect(try await house.send("PATCH", "/decisions/\(second)/", #"{"value":"bazel"}"#).json["value"] == "bazel")
      #expect(try await house.send("DELETE", "/decisions/\(second)/").status == 204)
      #expect(try await house.send("GET", "/decisions/").json["count"] == 0)
      #expect(try await house.send("PATCH", "/decisions/\(first)/", #"{"is_active":true}"#).status == 200)
    }
  }

  @Test func `an agent in a team stays, and takes no number of a system agent`() async throws {
    try await RealHouse.open { house async throws in
      let system: JSON = [
        "steps": [
          ["op": "insert", "collection": "agent", "rows": [["tenant": .null, "name": "S", "agent_no": "1", "duty": "d", "detail": "x"]]]
        ]
      ]
      _ = try await house.plugins.storage.call("storage.transact", system, operationID: "seed", system: true)
      func body(_ number: String) -> String { #"{"name":"O","agent_no":"\#(number)","duty":"d","detail":"x"}"# }
      let taken = #"{"agent_no":["Agent with this Agent number (e.g., Agent No.1) already exists."]}"#
      #expect(try await house.send("POST", "/agents/", body("1")).text == taken)
      let agent = try await house.made("/agents/", body("2"))
      #expect(try await house.send("PATCH", "/agents/\(agent)/", #"{"agent_no":"1"}"#).text == taken)
      let project = try await house.made("/projects/", #"{"name":"p"}"#)
      let member = try await house.made("/team-members/", #"{"project_id":\#(project),"agent_id":\#(agent)}"#)
      let again = try await house.send("POST", "/team-members/", #"{"project_id":\#(project),"agent_id":\#(agent)}"#)
      #expect(again.text == #"{"non_field_errors":["The fields project_id, agent_id must make a unique set."]}"#)
      let held = try await house.send("DELETE", "/agents/\(agent)/")
      #expect(held.status == 409 && held.json["code"] == "agent_in_use", "\(held.text)")
      #expect(try await house.send("DELETE", "/team-members/\(member)/").status == 204)
      #expect(try await house.send("DELETE", "/agents/\(agent)/").status == 204)
    }
  }

  @Test func `a method's POST under an Idempotency-Key happens once, and another body is refused`() async throws {
    try await RealHouse.open { house async throws in
      let conversation = try await house.made("/conversations/", "{}")
      let path = "/conversations/\(conversation)/add_message/"
      let key = [("Idempotency-Key", "m1")]
      let first = try await house.send("POST", path, #"{"type":"user","content":"a"}"#, key: nil, key)
      #expect(first.status == 201)
      let again = try await house.send("POST", path, #"{"type":"user","content":"a"}"#, key: nil, key)
      #expect(again.status == 201 && again.json == first.json)
      let other = try await house.send("POST", path, #"{"type":"user","content":"b"}"#, key: nil, key)
      #expect(other.status == 422 && other.json["code"] == "idempotency_key_reused")
      let refused = [("Idempotency-Key", "m2")]
      #expect(try await house.send("POST", path, #"{"type":"robot","content":"a"}"#, key: nil, refused).status == 400)
      #expect(try await house.send("POST", path, #"{"type":"user","content":"c"}"#, key: nil, refused).status == 201)
      #expect(try await house.send("GET", "/messages/").json["count"] == 2)
    }
  }

  @Test func `a user without tenant sees nothing and changes nothing`() async throws {
    try await RealHouse.open { house async throws in
      let project = try await house.made("/projects/", #"{"name":"p"}"#)
      let token = TestTokens.make(House.secret, TestTokens.claims(user: .string(try await house.stray())))
      for path in ["/projects/", "/decisions/", "/conversations/", "/files/"] {
        #expect(try await house.send("GET", path, token: token).json["count"] == 0, "\(path)")
      }
      #expect(try await house.send("GET", "/files/search/", token: token).json == [])
      for path in ["/projects/\(project)/", "/projects/\(project)/stats/", "/projects/\(project)/team/", "/projects/\(project)/file-tree/"]
      {
        #expect(try await house.send("GET", path, token: token).status == 404, "\(path)")
      }
      for (path, body) in [("/projects/", #"{"name":"x"}"#), ("/decisions/", "{}"), ("/projects/\(project)/init_team/", "{}")] {
        let refused = try await house.send("POST", path, body, token: token)
        #expect(refused.status == 403 && refused.json["code"] == "no_tenant", "\(path) \(refused.text)")
      }
    }
  }
}

extension RealHouse {
  /// Creates a row and gives its key.
  func made(_ path: String, _ body: String, _ location: SourceLocation = #_sourceLocation) async throws -> Int64 {
    let answer = try await send("POST", path, body)
    try #require(answer.status == 201, "POST \(path) answered \(answer.status): \(answer.text)", sourceLocation: location)
    return try #require(answer.json["id"].int)
  }

  /// The id of a user who belongs to no tenant.
  func stray() async throws -> String {
    let steps: JSON = ["steps": [["op": "insert", "collection": "user", "rows": [["username": "stray", "password": "!"]]]]]
    let made = try await plugins.storage.call("storage.transact", steps, operationID: "stray", system: true)
    return "\(made["results"][0]["ids"][0].int ?? 0)"
  }
}
