import JSONRPC

extension ConformanceSuite {
  /// The same operation id again gives the same reply and changes nothing; another tenant's means nothing.
  package func operationsHappenOnce() async throws {
    let steps: JSON = [
      ["op": "insert", "collection": "project", "values": ["name": "once"], "return": "list"],
      ["op": "event", "type": "made", "data": [:]],
    ]
    let caller = DriverCaller(tenant: ConformanceWorld.alice, operationID: "op-1")
    let first = try await driver.call("storage.transact", ["steps": steps], as: caller)
    for _ in 0..<3 {
      let again = try await driver.call("storage.transact", ["steps": steps], as: caller)
      try expect(again == first, "the reply changed from \(first.text) to \(again.text)")
    }
    let replies = try await withThrowingTaskGroup { group in
      for _ in 0..<32 {
        group.addTask {
          try await driver.call("storage.transact", ["steps": steps], as: .init(tenant: ConformanceWorld.alice, operationID: "op-2"))
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1.text) }
    }
    try expect(replies.count == 1, "one operation gave \(replies.count) replies")
    let other = try await driver.call("storage.transact", ["steps": steps], as: .init(tenant: ConformanceWorld.bob, operationID: "op-1"))
    try expect(other != first, "one tenant's operation id gave another's reply")
    let count = try await driver.read(["op": "count", "collection": "project"], as: .tenant(ConformanceWorld.alice))
    try expect(count == ["count": 2], "two operations made \(count.text)")
    let failing: JSON = ["steps": [["op": "insert", "collection": "project", "values": [:]]]]
    for _ in 0..<2 {
      let failure = await driver.failure("storage.transact", failing, as: .init(tenant: ConformanceWorld.alice, operationID: "op-3"))
      try expect(failure?.applicationCode == "invalid", "a failed operation gave \(failure?.json.text ?? "success")")
    }
  }

  /// Many at once, every third failing after it wrote: the others are whole, the failed ones leave nothing, numbers have no gap.
  package func membersOfAGroupAreIsolated(count: Int) async throws {
    let round = "eeeeeeee-0000-4000-8000-000000000001"
    let outcomes = await withTaskGroup { group in
      for index in 0..<count {
        group.addTask {
          var steps: [JSON] = [
            ["op": "insert", "collection": "project", "values": ["name": .string("p\(index)")], "as": "p"],
            ["op": "event", "type": "made", "data": ["index": .int(index)], "round": .string(round), "project": ["$ref": "p.id"]],
          ]
          if index % 3 == 0 { steps.append(["op": "insert", "collection": "task", "values": ["project": 999_999, "title": "x"]]) }
          let reply = try? await driver.transact(steps, as: .tenant(ConformanceWorld.alice))
          return (index, reply?["results"][1]["seq"].int, reply?["results"][1]["position"].int)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let succeeded = outcomes.filter { $0.1 != nil }
    try expect(Set(succeeded.map(\.0)) == Set((0..<count).filter { $0 % 3 != 0 }), "\(succeeded.count) of \(count) succeeded")
    let numbers = (1...Int64(succeeded.count)).map { $0 }
    try expect(succeeded.compactMap(\.1).sorted() == numbers, "seq has gaps: \(succeeded.compactMap(\.1).sorted())")
    try expect(succeeded.compactMap(\.2).sorted() == numbers, "position has gaps: \(succeeded.compactMap(\.2).sorted())")
    let rows = try await driver.read(["op": "count", "collection": "project"], as: .tenant(ConformanceWorld.alice))
    try expect(rows["count"].int == Int64(succeeded.count), "\(rows.text) rows of \(succeeded.count) transactions")
    try await eventsAreComplete(round: round, count: succeeded.count)
  }

  private func eventsAreComplete(round: String, count: Int) async throws {
    for (params, field) in [(["limit": 7] as JSONObject, "position"), (["limit": 7, "round": .string(round)], "seq")] {
      var seen: [Int64] = []
      while true {
        var page = params
        page["after"] = .int(seen.last ?? 0)
        let reply = try await driver.call("storage.events", .object(page), as: .tenant(ConformanceWorld.alice))
        guard let events = reply["events"].array, !events.isEmpty else { break }
        seen += events.compactMap { $0[field].int }
        try expect(reply["last"].int == seen.last, "last is \(reply["last"].text) after \(seen.last ?? 0)")
      }
      try expect(seen == (1...Int64(count)).map { $0 }, "by \(field): \(seen)")
    }
  }
}
