import JSONRPC

extension ConformanceSuite {
  private var alice: DriverCaller { .tenant(ConformanceWorld.alice) }
  private var bob: DriverCaller { .tenant(ConformanceWorld.bob) }

  /// Bob knows every key of Alice's rows and gets nowhere with them.
  package func tenantsShareNothing() async throws {
    let round = try await aliceWorks()
    let attacks: [(JSON, String?)] = [
      (["op": "update", "collection": "project", "key": 1, "set": ["name": "stolen"], "expect": ["count": 1, "tag": "t"]], "expectation"),
      (["op": "delete", "collection": "project", "key": 1, "expect": ["count": 1, "tag": "t"]], "expectation"),
      (["op": "insert", "collection": "task", "values": ["project": 1, "title": "mine"]], "no_reference"),
      (["op": "insert", "collection": "task", "values": ["project": 2, "agent": 1, "title": "mine"]], "no_reference"),
      (["op": "insert", "collection": "project", "values": ["name": "x", "main": 1]], "no_reference"),
      (["op": "insert", "collection": "progress", "values": ["round": round, "percent": 1]], "no_reference"),
      (["op": "update", "collection": "project", "key": 2, "set": ["main": 1]], "no_reference"),
      (["op": "upsert", "collection": "round", "match": ["project", "number"], "values": ["project": 1, "number": 1]], "no_reference"),
      (["op": "insert", "collection": "project", "values": ["name": "x", "tenant": .string(ConformanceWorld.alice)]], nil),
      (
        ["op": "expect", "collection": "task", "filter": [["project.name", "contains", ""]], "count": ["min": 1], "tag": "t"], "expectation"
      ),
      (["op": "job_complete", "job": "unknown", "epoch": 1], "lease_lost"),
    ]
    for (step, code) in attacks {
      let failure = await driver.failure("storage.transact", ["steps": [step]], as: bob)
      try expect(failure != nil && failure?.applicationCode == code, "\(step.text) ended in \(failure?.json.text ?? "success")")
    }
    let reads: [(JSON, JSON)] = [
      (["op": "get", "collection": "project", "key": 1], ["row": .null]),
      (["op": "count", "collection": "task", "filter": [["project", "eq", 1]]], ["count": 0]),
      (["op": "select", "collection": "agent", "shape": ["name"]], ["rows": [["name": "Everybody's"]]]),
      (
        ["op": "select", "collection": "project", "shape": ["name", ["name": "n", "count": "task", "by": "project"]]],
        ["rows": [["name": "b", "n": 0]]]
      ),
      (
        ["op": "aggregate", "collection": "project", "group": ["tenant"], "measures": ["n": ["count": true]]],
        ["rows": [["tenant": .string(ConformanceWorld.bob), "n": 1]]]
      ),
    ]
    for (read, wanted) in reads {
      let got = try await driver.read(read, as: bob)
      try expect(got == wanted, "\(read.text) showed \(got.text)")
    }
    let events = try await driver.call("storage.events", ["round": round], as: bob)
    try expect(events["events"] == [], "events of another tenant: \(events.text)")
    let seen = try await driver.call("storage.events", ["round": round], as: .system)
    try expect(seen["events"].array?.count == 1, "the system sees \(seen.text)")
  }

  /// Rows of both tenants, a shared one, a round with an event.
  private func aliceWorks() async throws -> JSON {
    _ = try await driver.transact([["op": "insert", "collection": "agent", "values": ["name": "Alice's", "agent_no": "1"]]], as: alice)
    _ = try await driver.transact(
      [["op": "insert", "collection": "agent", "values": ["name": "Everybody's", "agent_no": "0"]]], as: .system)
    let reply = try await driver.transact(
      [
        ["op": "insert", "collection": "project", "values": ["name": "a"], "as": "p"],
        ["op": "insert", "collection": "conversation", "values": ["project": ["$ref": "p.id"]]],
        ["op": "insert", "collection": "task", "values": ["project": ["$ref": "p.id"], "title": "t", "agent": 2]],
        ["op": "insert", "collection": "round", "values": ["project": ["$ref": "p.id"]], "as": "r"],
        [
          "op": "event", "type": "started", "data": ["round": ["$ref": "r.id"], "deep": [["$ref": "p.name"], ["$ref": "#/unknown"]]],
          "round": ["$ref": "r.id"],
        ],
      ], as: alice)
    _ = try await driver.transact([["op": "insert", "collection": "project", "values": ["name": "b"]]], as: bob)
    let round = reply["results"][3]["ids"][0]
    let events = try await driver.call("storage.events", ["round": round], as: alice)
    try expect(
      events["events"][0]["data"] == ["round": round, "deep": ["a", ["$ref": "#/unknown"]]], "the event's data is \(events.text)")
    return round
  }

  /// What a call without tenant, and one of the system, may do.
  package func scopesAreEnforced() async throws {
    let nobody = DriverCaller(tenant: nil)
    let denied: [(String, JSON)] = [
      ("storage.read", ["op": "count", "collection": "project"]), ("storage.read", ["op": "count", "collection": "agent"]),
      ("storage.transact", ["steps": [["op": "insert", "collection": "project", "values": ["name": "x"]]]]),
      ("storage.transact", ["steps": [["op": "update", "collection": "agent", "key": 1, "set": ["name": "x"]]]]),
      ("storage.transact", ["steps": [["op": "event", "type": "x", "data": [:]]]]),
      ("storage.transact", ["steps": [["op": "job_enqueue", "queue": "q", "kind": "k", "payload": [:]]]]),
      ("storage.events", ["after": 0]),
    ]
    for (method, params) in denied {
      let failure = await driver.failure(method, params, as: nobody)
      try expect(failure?.code == .denied, "\(params.text) without a tenant ended in \(failure?.json.text ?? "success")")
    }
    _ = try await driver.transact([["op": "insert", "collection": "setting", "values": ["name": "n", "value": 1]]], as: nobody)
    let untold = await driver.failure(
      "storage.transact", ["steps": [["op": "insert", "collection": "project", "values": ["name": "x"]]]], as: .system)
    try expect(untold?.applicationCode == "invalid", "the system made a row of nobody: \(untold?.json.text ?? "success")")
    for tenant in [ConformanceWorld.alice, ConformanceWorld.bob] {
      _ = try await driver.transact(
        [["op": "insert", "collection": "project", "values": ["name": "x", "tenant": .string(tenant)]]], as: .system)
    }
    _ = try await driver.transact([["op": "insert", "collection": "agent", "values": ["name": "x", "agent_no": "7"]]], as: .system)
    let all = try await driver.read(["op": "count", "collection": "project"], as: .system)
    try expect(all == ["count": 2], "the system sees \(all.text)")
    for step: JSON in [
      ["op": "update", "collection": "agent", "filter": [["agent_no", "eq", "7"]], "set": ["name": "y"]],
      ["op": "delete", "collection": "agent", "filter": [["agent_no", "eq", "7"]]],
    ] {
      let failure = await driver.failure("storage.transact", ["steps": [step]], as: alice)
      try expect(failure?.applicationCode == "read_only", "a shared row: \(failure?.json.text ?? "success")")
    }
  }
}
