import JSONRPC

extension ConformanceSuite {
  private var alice: DriverCaller { .tenant(ConformanceWorld.alice) }

  private func enqueue(_ queue: String, _ more: JSONObject = [:]) async throws -> String {
    let step: JSONObject = ["op": "job_enqueue", "queue": .string(queue), "kind": "k", "payload": ["n": 1]]
    let reply = try await driver.transact([.object(step.merging(more))], as: alice)
    return reply["results"][0]["id"].string ?? ""
  }

  private func lease(_ queue: String, max: Int = 8, ttl: Int = 60_000, wait: Int = 0) async throws -> [JSON] {
    let params: JSON = ["queue": .string(queue), "worker": "w", "max": .int(max), "ttl_ms": .int(ttl), "wait_ms": .int(wait)]
    return try await driver.call("storage.lease", params, as: .system)["jobs"].array ?? []
  }

  private func write(_ name: String, fencedBy job: JSON) -> JSON {
    [
      "steps": [
        ["op": "fence", "job": job["id"], "epoch": job["epoch"]],
        ["op": "insert", "collection": "project", "values": ["name": .string(name)]],
      ]
    ]
  }

  /// A worker that slept past its lease writes nothing.
  package func lostLeasesAreFenced() async throws {
    let id = try await enqueue("fence")
    let first = try await lease("fence", ttl: 50)
    try expect(first.first?["id"].string == id && first.first?["epoch"] == 1 && first.first?["attempt"] == 1, "leased \(first)")
    try expect(first.first?["payload"] == ["n": 1] && first.first?["tenant"].string == ConformanceWorld.alice, "leased \(first)")
    let second = try await lease("fence", wait: 10_000)
    try expect(second.first?["epoch"] == 2 && second.first?["attempt"] == 2, "after the lease ended: \(second)")
    for params in [
      write("late", fencedBy: first[0]), ["steps": [["op": "job_complete", "job": .string(id), "epoch": 1]]] as JSON,
    ] {
      let failure = await driver.failure("storage.transact", params, as: alice)
      try expect(failure?.applicationCode == "lease_lost", "\(params.text) ended in \(failure?.json.text ?? "success")")
    }
    let renewed = await driver.failure("storage.renew", ["job": .string(id), "epoch": 1, "ttl_ms": 1000], as: .system)
    try expect(renewed?.applicationCode == "lease_lost", "renewed a lost lease")
    _ = try await driver.call("storage.transact", write("in time", fencedBy: second[0]), as: alice)
    let stranger = await driver.failure("storage.transact", write("x", fencedBy: second[0]), as: .tenant(ConformanceWorld.bob))
    try expect(stranger?.applicationCode == "lease_lost", "another tenant held the job")
    let shown = try await driver.call("storage.job", ["job": .string(id)], as: .system)
    try expect(shown["state"] == "leased" && shown["epoch"] == 2 && (shown["expires_in_ms"].int ?? 0) > 0, "shown as \(shown.text)")
    _ = try await driver.transact([["op": "job_complete", "job": .string(id), "epoch": 2]], as: alice)
    let names = try await driver.read(["op": "select", "collection": "project", "shape": ["name"]], as: alice)
    try expect(names["rows"] == [["name": "in time"]], "written: \(names.text)")
    let none = try await lease("fence")
    try expect(none.isEmpty, "a finished job was leased: \(none)")
  }

  /// Jobs of a group run one after the other, delayed ones when they are due, unique ones once.
  package func jobsWaitTheirTurn() async throws {
    let one = try await enqueue("turn", ["group": "g"])
    let two = try await enqueue("turn", ["group": "g"])
    let free = try await enqueue("turn")
    let first = try await lease("turn")
    try expect(Set(first.compactMap { $0["id"].string }) == [one, free], "of a group: \(first)")
    let blocked = try await lease("turn")
    try expect(blocked.isEmpty, "two of a group ran together")
    async let next = lease("turn", wait: 10_000)
    _ = try await driver.transact([["op": "job_complete", "job": .string(one), "epoch": 1]], as: alice)
    let follower = try await next
    try expect(follower.first?["id"].string == two, "after the first of the group: \(follower)")

    _ = try await enqueue("later", ["delay_ms": 3_600_000])
    let early = try await lease("later")
    try expect(early.isEmpty, "a delayed job ran at once")
    let delayed = try await enqueue("late", ["delay_ms": 50])
    let due = try await lease("late", wait: 10_000)
    try expect(due.first?["id"].string == delayed, "a due job was not found: \(due)")

    let unique = try await enqueue("unique", ["unique": "u"])
    let same = try await enqueue("unique", ["unique": "u"])
    try expect(unique == same, "a unique job was made twice")
    let cancelled = try await driver.transact([["op": "job_cancel", "job": .string(unique)]], as: alice)
    let again = try await driver.transact([["op": "job_cancel", "job": .string(unique)]], as: alice)
    try expect(cancelled["results"][0] == ["count": 1] && again["results"][0] == ["count": 0], "cancelled \(cancelled.text), \(again.text)")
    let other = try await enqueue("unique", ["unique": "u"])
    try expect(other != unique, "a cancelled job was kept")
  }

  /// A lease that is given up is free at once, and wakes who waits.
  package func releasedJobsRunAgain() async throws {
    async let waiting = lease("again", wait: 10_000)
    let id = try await enqueue("again")
    let first = try await waiting
    try expect(first.first?["id"].string == id, "who waits is not woken: \(first)")
    async let next = lease("again", wait: 10_000)
    _ = try await driver.call("storage.release", ["job": .string(id), "epoch": 1, "retry_in_ms": 0], as: .system)
    let second = try await next
    try expect(second.first?["id"].string == id && second.first?["attempt"] == 2, "a released job is not leased: \(second)")
    let lost = await driver.failure("storage.transact", write("x", fencedBy: first[0]), as: alice)
    try expect(lost?.applicationCode == "lease_lost", "a released lease still writes")
    _ = try await driver.call("storage.release", ["job": .string(id), "epoch": 1, "retry_in_ms": 0], as: .system)
    let held = try await driver.call("storage.job", ["job": .string(id)], as: .system)
    try expect(held["state"] == "leased", "an old epoch released the lease of another worker")
    _ = try await driver.call("storage.renew", ["job": .string(id), "epoch": second[0]["epoch"], "ttl_ms": 60_000], as: .system)
  }

  /// Many workers on one queue: every job runs once.
  package func workersShareTheWork(jobs: Int, workers: Int) async throws {
    for _ in 0..<jobs { _ = try await enqueue("share") }
    let done = try await withThrowingTaskGroup { group in
      for _ in 0..<workers {
        group.addTask {
          var mine: [String] = []
          while case let taken = try await lease("share", max: 3), !taken.isEmpty {
            for job in taken {
              _ = try await driver.transact([["op": "job_complete", "job": job["id"], "epoch": job["epoch"]]], as: alice)
              mine.append(job["id"].string ?? "")
            }
          }
          return mine
        }
      }
      return try await group.reduce(into: [String]()) { $0 += $1 }
    }
    try expect(done.count == jobs && Set(done).count == jobs, "\(jobs) jobs ran \(done.count) times")
  }
}
