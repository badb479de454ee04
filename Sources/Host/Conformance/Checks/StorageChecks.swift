import FoundationEssentials
import JSONRPC
import PluginProtocol
import StorageConformance

/// Capability `storage`: most of it is the suite that every driver of ours is held to as well.
enum StorageChecks {
  static let all: [Check] = [
    Check("storage.migrate", "8.1", "takes what is new of the collections, and refuses what would lose data") {
      try await $0.withStorage { trial in try await migrations(trial) }
    },
    Check("storage.random", "8.3", "does in random transactions and reads what a plain model does") { stage in
      for seed: UInt64 in 1...2 {
        try await stage.suite { suite in _ = try await suite.randomOperations(seed: seed, count: 300) }
      }
    },
    Check("storage.tenants", "7.2", "shows and gives no tenant anything of another") {
      try await $0.suite { try await $0.tenantsShareNothing() }
    },
    Check("storage.scopes", "7.2", "keeps calls without a tenant to what they may do") {
      try await $0.suite { try await $0.scopesAreEnforced() }
    },
    Check("storage.collections", "7.2", "keeps a caller to the collections it was granted, however it names others") {
      try await $0.suite { try await $0.callersKeepToTheirCollections() }
    },
    Check("storage.operations", "7.3", "does an operation id once, and answers it the same again") {
      try await $0.suite { try await $0.operationsHappenOnce() }
    },
    Check("storage.isolation", "8.3", "keeps transactions apart: failed ones leave nothing, events have no gap") {
      try await $0.suite { try await $0.membersOfAGroupAreIsolated(count: 30) }
    },
    Check("storage.quotas", "8.5", "lets exactly as many rows in as the quota allows, however many ask at once") {
      try await $0.suite { try await $0.quotasHold(parallel: 24) }
    },
    Check("storage.quota-per", "8.5", "counts a quota for each row it belongs to, and stops at it when asked to") {
      try await $0.suite { try await $0.quotasCountByReference() }
    },
    Check("storage.leases", "8.4", "lets a worker that lost its lease write nothing") {
      try await $0.suite { try await $0.lostLeasesAreFenced() }
    },
    Check("storage.turns", "8.4", "keeps groups, delays and unique keys of jobs") {
      try await $0.suite { try await $0.jobsWaitTheirTurn() }
    },
    Check("storage.release", "8.4", "hands a job that was given up to who waits for it") {
      try await $0.suite { try await $0.releasedJobsRunAgain() }
    },
    Check("storage.workers", "8.4", "gives each job to one worker") {
      try await $0.suite { try await $0.workersShareTheWork(jobs: 20, workers: 4) }
    },
    Check("storage.params", "8.3", "answers −32602 to steps and reads that mean nothing") { stage in
      try await stage.withStorage { trial in try await nonsense(trial) }
    },
    Check("storage.committed", "8.4", "announces the events of a transaction after its commit") { stage in
      try await stage.withStorage { trial in try await announcements(trial) }
    },
    Check("storage.durable", "8.3", "has on disk what it acknowledged, also after kill -9") { stage in
      let folder = try stage.makeFolder()
      defer { stage.remove(folder) }
      try await stage.withStorage(in: folder) { trial in _ = try await trial.insert("kept") }
      try await stage.withStorage(in: folder) { trial in
        let rows = try await trial.result("storage.read", ["op": "select", "collection": "project", "shape": ["name"]], meta: Trial.alice)
        try trial.require(rows == ["rows": [["name": "kept"]]], "the row that was written before the kill", rows)
      }
    },
    Check("storage.large", "8.3", "answers −31007 when a reply does not fit a frame, and goes on") { stage in
      try await stage.withStorage { trial in
        let part = JSON.string(String(repeating: "x", count: 100_000))
        for index in 0..<12 { _ = try await trial.insert("large \(index)", ["extra": part]) }
        let read: JSON = ["op": "select", "collection": "project", "shape": ["extra"]]
        try await trial.refusal(.frameTooLarge, "storage.read", read, meta: Trial.alice)
        try await trial.pings()
      }
    },
    Check("storage.backup", "8.4", "writes a copy into a new file only, and says that it is well") { stage in
      try await stage.withStorage { trial in
        let to: JSON = ["to": .string(trial.state + "/copy")]
        let copy = try await trial.result("storage.backup", to, meta: Trial.system)
        try trial.require(copy["bytes"].int ?? 0 > 0, "bytes", copy)
        let again = try await trial.refusal(.application, "storage.backup", to, meta: Trial.system)
        try trial.require(again.applicationCode == "exists", "exists", again.json)
        let health = try await trial.result("storage.health")
        try trial.require(health["ok"] == true && health["engine"].string != nil, "ok and engine", health)
      }
    },
  ]

  private static func migrations(_ trial: Trial) async throws {
    let world = ConformanceWorld.collections
    _ = try await trial.insert("before")
    try await trial.migrate(world)
    let more = CollectionSpec(
      "badge", model: "Badge",
      fields: [.text("name", max: 20), .integer("weight", default: 3), .reference("later", to: "unknown").nullable()],
      shapes: ["list": .fields("weight", "later")])
    let result = try await trial.migrate(world.filter { $0.name != "badge" } + [more])
    try trial.require(result["left_out"] == ["badge.later"], #""left_out":["badge.later"]"#, result)
    _ = try await trial.result(
      "storage.transact", ["steps": [["op": "insert", "collection": "badge", "values": ["name": "b"]]]], meta: Trial.alice)
    let badge = try await trial.result(
      "storage.read", ["op": "get", "collection": "badge", "shape": "list"], meta: Trial.alice)
    try trial.require(
      badge == ["row": ["weight": 3, "later": .null]], "the default of the new field, and null where a reference is left out", badge)
    let less = CollectionSpec("project", model: "Project", fields: [.text("name", max: 40).required()])
    let collections = JSON.array((world.filter { $0.name != "project" } + [less]).map(\.json))
    let refusal = try await trial.refusal(.application, "storage.migrate", ["collections": collections], meta: Trial.system)
    try trial.require(refusal.applicationCode == "migration_refused", "migration_refused", refusal.json)
    let rows = try await trial.result(
      "storage.read", ["op": "select", "collection": "project", "shape": ["name", "status"]], meta: Trial.alice)
    try trial.require(rows == ["rows": [["name": "before", "status": "draft"]]], "the row as it was", rows)
  }

  private static func nonsense(_ trial: Trial) async throws {
    let reads: [JSON] = [
      ["op": "guess", "collection": "project"], ["op": "select", "collection": "nothing"],
      ["op": "select", "collection": "project", "filter": [["nothing", "eq", 1]]],
      ["op": "select", "collection": "project", "filter": [["name", "resembles", "x"]]],
      ["op": "select", "collection": "project", "order": ["nothing"]], ["op": "select", "collection": "project", "shape": ["nothing"]],
    ]
    for read in reads { try await trial.refusal(.invalidParams, "storage.read", read, meta: Trial.alice) }
    let steps: [JSON] = [
      ["op": "guess", "collection": "project"], ["op": "insert", "collection": "nothing", "values": [:]],
    ]
    for step in steps { try await trial.refusal(.invalidParams, "storage.transact", ["steps": [step]], meta: Trial.alice) }
    try await trial.refusal(.invalidParams, "storage.transact", ["steps": "none"], meta: Trial.alice)
  }

  private static func announcements(_ trial: Trial) async throws {
    let steps: JSON = [
      ["op": "insert", "collection": "project", "values": ["name": "p"], "as": "p"],
      ["op": "event", "type": "made", "data": ["id": ["$ref": "p.id"]], "project": ["$ref": "p.id"]],
    ]
    _ = try await trial.result("storage.transact", ["steps": steps], meta: Trial.alice)
    let event = try await trial.expect("the notification storage.committed") { state in
      state.notifications.first { $0.method == "storage.committed" }?.params["events"][0]
    }
    let wanted: JSONObject = [
      "type": "made", "tenant": .string(ConformanceWorld.alice), "position": 1, "seq": .null, "round": .null, "project": 1,
      "data": ["id": 1],
    ]
    for (name, value) in wanted.members { try trial.require(event[name] == value, "\(name): \(value.text)", event) }
    try trial.require(event["created_at"].string?.hasSuffix("Z") == true, "created_at", event)
  }
}

extension Trial {
  static let alice: JSONObject = ["tenant": .string(ConformanceWorld.alice), "deadline_ms": 60_000]
  static let system: JSONObject = ["system": true, "deadline_ms": 60_000]

  fileprivate func insert(_ name: String, _ more: JSONObject = [:]) async throws -> JSON {
    let values = (["name": .string(name)] as JSONObject).merging(more)
    let steps: JSON = ["steps": [["op": "insert", "collection": "project", "values": .object(values)]]]
    return try await result("storage.transact", steps, meta: Self.alice.merging(["operation_id": .string("insert \(name)")]))
  }

  @discardableResult
  fileprivate func migrate(_ collections: [CollectionSpec]) async throws -> JSON {
    try await result("storage.migrate", ["collections": .array(collections.map(\.json))], meta: Self.system)
  }
}

extension Stage {
  /// A process that serves the suite's collections, from an empty folder unless another is given.
  fileprivate func withStorage(in folder: String? = nil, _ body: (Trial) async throws -> Void) async throws {
    try await ready(in: folder) { trial in
      try await trial.migrate(ConformanceWorld.collections)
      try await body(trial)
    }
  }

  fileprivate func suite(_ body: (ConformanceSuite<TrialDriver>) async throws -> Void) async throws {
    try await withStorage { trial in
      do {
        try await body(ConformanceSuite(TrialDriver(trial: trial)))
      } catch let failure as ConformanceFailure {
        throw Disproof(expected: "what the section says", came: failure.description)
      } catch let error as RPCError {
        throw Disproof(expected: "a result", came: Shown.text(error.json))
      }
    }
  }
}

/// The candidate as the suite's driver.
private struct TrialDriver: StorageDriver {
  let trial: Trial

  func call(_ method: String, _ params: JSON, as caller: DriverCaller) async throws(RPCError) -> JSON {
    var meta: JSONObject = ["deadline_ms": 60_000]
    if let tenant = caller.tenant { meta["tenant"] = .string(tenant) }
    if caller.isSystem { meta["system"] = true }
    if let grant = caller.collections { meta["collections"] = grant.json }
    // The host stamps one on every call that may change something.
    if method == "storage.transact" { meta["operation_id"] = .string(caller.operationID ?? UUIDText.random()) }
    do {
      switch try await trial.answer(to: trial.request(method, params, meta: meta)) {
      case .result(let result): return result
      case .failure(let error): throw error
      }
    } catch let error as RPCError {
      throw error
    } catch let disproof as Disproof {
      throw RPCError(.pluginDied, disproof.came)
    } catch {
      throw RPCError(.internal, "\(error)")
    }
  }
}
