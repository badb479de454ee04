import JSONRPC
import PluginProtocol

extension ConformanceSuite {
  /// A caller that is granted some collections gets at no other, whichever way it names it; what is granted works as for anybody.
  package func callersKeepToTheirCollections() async throws {
    let grant = CollectionGrant(read: ["task"], write: ["project"])
    let caller = DriverCaller(tenant: ConformanceWorld.alice, collections: grant)
    let free = DriverCaller.tenant(ConformanceWorld.alice)
    _ = try await driver.transact(
      [
        ["op": "insert", "collection": "agent", "values": ["name": "secret", "agent_no": "1"]],
        ["op": "insert", "collection": "project", "values": ["name": "a"]],
        ["op": "insert", "collection": "task", "values": ["project": 1, "title": "t", "agent": 1]],
        ["op": "insert", "collection": "conversation", "values": ["project": 1, "title": "private"]],
        ["op": "insert", "collection": "setting", "values": ["name": "key", "value": "private"]],
      ], as: free)
    for read in Self.readsBeyond {
      let failure = await driver.failure("storage.read", read, as: caller)
      try expect(failure?.code == .denied, "\(read.text) ended in \(failure?.json.text ?? "success")")
    }
    for step in Self.stepsBeyond {
      let failure = await driver.failure("storage.transact", ["steps": [step]], as: caller)
      try expect(failure?.code == .denied, "\(step.text) ended in \(failure?.json.text ?? "success")")
    }
    let nothing = DriverCaller(tenant: ConformanceWorld.alice, collections: CollectionGrant())
    let refused = await driver.failure("storage.read", ["op": "count", "collection": "project"], as: nothing)
    try expect(refused?.code == .denied, "an empty grant ended in \(refused?.json.text ?? "success")")
    try await grantedWorks(caller, free)
  }

  /// Rows of `agent`, `conversation` and `setting` by name, reference, filter, order, group, shape and subordinate read.
  private static var readsBeyond: [JSON] {
    [
      ["op": "select", "collection": "setting"], ["op": "page", "collection": "agent"], ["op": "get", "collection": "agent", "key": 1],
      ["op": "count", "collection": "setting", "filter": [["name", "eq", "key"]]],
      ["op": "aggregate", "collection": "agent", "measures": ["n": ["count": true]]],
      ["op": "many", "reads": [["op": "count", "collection": "project"], ["op": "count", "collection": "setting"]]],
      ["op": "count", "collection": "task", "filter": [["agent.name", "contains", "s"]]],
      ["op": "count", "collection": "task", "filter": [["any": [[["title", "eq", "t"]], [["agent.name", "eq", "secret"]]]]]],
      ["op": "select", "collection": "task", "shape": ["id"], "order": ["agent.name"]],
      ["op": "aggregate", "collection": "task", "group": ["agent.name"], "measures": ["n": ["count": true]]],
      ["op": "select", "collection": "task", "shape": "list"],
      ["op": "select", "collection": "task", "shape": [["name": "n", "lookup": ["agent", "name"]]]],
      ["op": "select", "collection": "task", "shape": [["name": "a", "one": "agent", "shape": ["name"]]]],
      ["op": "select", "collection": "project", "shape": [["name": "n", "count": "conversation", "by": "project"]]],
      ["op": "select", "collection": "project", "shape": [["name": "c", "many": "conversation", "by": "project", "shape": ["title"]]]],
    ]
  }

  private static var stepsBeyond: [JSON] {
    [
      ["op": "insert", "collection": "setting", "values": ["name": "mine", "value": 1]],
      ["op": "insert", "collection": "task", "values": ["project": 1, "title": "only to be read"]],
      ["op": "update", "collection": "task", "key": 1, "set": ["title": "changed"]],
      ["op": "update", "collection": "setting", "key": "key", "set": ["value": 1], "return": ["value"]],
      ["op": "upsert", "collection": "setting", "match": ["name"], "values": ["name": "key", "value": 1]],
      ["op": "delete", "collection": "conversation", "key": 1],
      ["op": "delete", "collection": "project", "filter": [["main.title", "eq", "private"]]],
      ["op": "expect", "collection": "setting", "filter": [["name", "eq", "key"]], "count": ["min": 1], "tag": "t"],
      ["op": "read", "read": ["op": "select", "collection": "setting"]],
      [
        "op": "insert", "collection": "project",
        "values": ["name": "x", "points": ["$next": ["collection": "conversation", "field": "id", "filter": []]]],
      ],
      ["op": "insert", "collection": "project", "values": ["name": "x"], "return": [["name": "t", "lookup": ["main", "title"]]]],
    ]
  }

  /// References and cascades of the granted collections go where they always go.
  private func grantedWorks(_ caller: DriverCaller, _ free: DriverCaller) async throws {
    let titles = try await driver.read(["op": "select", "collection": "task", "shape": ["title", "agent"]], as: caller)
    try expect(titles == ["rows": [["title": "t", "agent": 1]]], "the granted rows are \(titles.text)")
    _ = try await driver.transact(
      [
        ["op": "insert", "collection": "project", "values": ["name": "b"], "return": ["name"]],
        ["op": "update", "collection": "project", "key": 1, "set": ["main": 1]],
        ["op": "delete", "collection": "project", "key": 1],
      ], as: caller)
    let left = try await driver.read(["op": "count", "collection": "conversation"], as: free)
    try expect(left == ["count": 0], "what belonged to the deleted row is \(left.text)")
  }
}
