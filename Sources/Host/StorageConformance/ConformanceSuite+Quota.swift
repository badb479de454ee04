import JSONRPC

extension ConformanceSuite {
  private var alice: DriverCaller { .tenant(ConformanceWorld.alice) }

  /// Of many at once exactly as many succeed as there is room for; what is given back can be had again.
  package func quotasHold(parallel: Int) async throws {
    _ = try await driver.transact(
      [["op": "insert", "collection": "tenant", "values": ["id": .string(ConformanceWorld.alice), "max_badges": 7]]], as: .system)
    let outcomes = await withTaskGroup { group in
      for index in 0..<parallel {
        group.addTask {
          await driver.failure(
            "storage.transact", ["steps": [["op": "insert", "collection": "badge", "values": ["name": .string("b\(index)")]]]],
            as: .tenant(ConformanceWorld.alice))
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    try expect(outcomes.count { $0 == nil } == 7, "\(outcomes.count { $0 == nil }) of 7 badges were given")
    for failure in outcomes.compactMap({ $0 }) {
      try expect(failure.applicationCode == "quota_exceeded", "refused with \(failure.json.text)")
      let body: JSON = [
        "error": "The limit of 7 badges is reached.", "code": "quota_exceeded", "quota": "badges", "used": 7, "limit": 7,
        "resets_at": .null,
      ]
      try expect(failure.data["body"] == body, "refused with \(failure.json.text)")
    }
    _ = try await driver.transact([["op": "delete", "collection": "badge", "filter": [["name", "contains", "b"]]]], as: alice)
    let again = await driver.failure(
      "storage.transact",
      ["steps": [["op": "insert", "collection": "badge", "rows": .array((0..<7).map { ["name": .string("c\($0)")] })]]],
      as: alice)
    try expect(again == nil, "room that was given back was refused: \(again?.json.text ?? "")")
    for free in [DriverCaller.tenant(ConformanceWorld.bob), DriverCaller(tenant: ConformanceWorld.alice, isSystem: true)] {
      let failure = await driver.failure(
        "storage.transact",
        ["steps": [["op": "insert", "collection": "badge", "rows": .array((0..<9).map { ["name": .string("d\($0)")] })]]], as: free)
      try expect(failure == nil, "nobody limits \(free), but: \(failure?.json.text ?? "")")
    }
  }

  /// Rows are counted for each row they belong to, a change of a row that is there is no new one, and a step may stop at the limit.
  package func quotasCountByReference() async throws {
    _ = try await driver.transact(
      [["op": "insert", "collection": "tenant", "values": ["id": .string(ConformanceWorld.alice)]]], as: .system)
    let made = try await driver.transact(
      [["op": "insert", "collection": "project", "rows": [["name": "one"], ["name": "two"]]]], as: alice)
    let (one, two) = (made["results"][0]["ids"][0], made["results"][0]["ids"][1])
    let seats = { (project: JSON, names: [String], stops: Bool) -> JSON in
      let rows: [JSON] = names.map { ["project": project, "name": .string($0)] }
      return ["op": "insert", "collection": "seat", "rows": .array(rows), "stop_at_quota": .bool(stops)]
    }
    _ = try await driver.transact([seats(one, ["a", "b"], false), seats(two, ["a", "b", "c"], false)], as: alice)
    let over = await driver.failure("storage.transact", ["steps": [seats(one, ["c", "d"], false)]], as: alice)
    try expect(over?.data["body"]["used"] == 2 && over?.data["body"]["limit"] == 3, "over: \(over?.json.text ?? "success")")
    let stopped = try await driver.transact([seats(one, ["c", "d", "e"], true), seats(two, ["d"], true)], as: alice)
    try expect(stopped["results"][0]["count"] == 1 && stopped["results"][1] == ["count": 0, "ids": []], "stopped: \(stopped.text)")
    let upsert = { (name: String, stops: Bool) -> JSON in
      [
        "op": "upsert", "collection": "seat", "match": ["project", "name"], "values": ["project": one, "name": .string(name)],
        "stop_at_quota": .bool(stops),
      ]
    }
    let same = try await driver.transact([upsert("a", false), upsert("z", true)], as: alice)
    try expect(same["results"][0]["count"] == 1 && same["results"][1]["count"] == 0, "upserts: \(same.text)")
    let new = await driver.failure("storage.transact", ["steps": [upsert("z", false)]], as: alice)
    try expect(new?.applicationCode == "quota_exceeded", "an upsert went over: \(new?.json.text ?? "success")")
    let count = try await driver.read(["op": "count", "collection": "seat"], as: alice)
    try expect(count == ["count": 6], "seats: \(count.text)")
  }
}
