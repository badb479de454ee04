package import JSONRPC

extension JobTable {
  /// What a lease asks for.
  package struct LeaseRequest: Sendable {
    package let queue: String
    package let worker: String
    package let max: Int
    package let ttlMilliseconds: Int

    package init(queue: String, worker: String, max: Int, ttlMilliseconds: Int) {
      self.queue = queue
      self.worker = worker
      self.max = max
      self.ttlMilliseconds = ttlMilliseconds
    }
  }

  /// Jobs taken, and when the next may be ready by the clock alone.
  package struct Leased: Sendable {
    package let jobs: [JSON]
    package let nextAt: Int64?

    package init(jobs: [JSON], nextAt: Int64?) {
      self.jobs = jobs
      self.nextAt = nextAt
    }
  }

  /// The first job that is due, or whose lease ended, and whose group is idle: ?1 queue, ?2 now.
  private static let candidate = """
    SELECT j.id, j.kind, j.payload, j.tenant, j.principal, j.attempt, j.epoch FROM hive_job AS j WHERE j.queue = ?1 \
    AND ((j.state = 'queued' AND j.run_at <= ?2) OR (j.state = 'leased' AND j.lease_until <= ?2)) \
    AND (j.group_key IS NULL OR NOT EXISTS (SELECT 1 FROM hive_job AS o WHERE o.group_key = j.group_key \
    AND coalesce(o.tenant, '') = coalesce(j.tenant, '') AND o.state = 'leased' AND o.lease_until > ?2 AND o.id <> j.id)) \
    ORDER BY j.run_at, j.number LIMIT 1
    """
  private static let take = """
    UPDATE hive_job SET state = 'leased', epoch = epoch + 1, attempt = attempt + 1, worker = ?2, lease_until = ?3 WHERE id = ?1
    """
  /// When a delayed job of the queue is due (?1 queue, ?2 now), and when any lease ends, which may free a group.
  private static let nextDue = "SELECT min(run_at) FROM hive_job WHERE queue = ?1 AND state = 'queued' AND run_at > ?2"
  private static let nextEnd = "SELECT min(lease_until) FROM hive_job WHERE state = 'leased' AND lease_until > ?1"

  /// ?1 job, ?2 epoch, ?3 now.
  private static let renewal = "UPDATE hive_job SET lease_until = ?4 WHERE id = ?1 AND epoch = ?2 AND state = 'leased' AND lease_until > ?3"
  private static let giveBack = """
    UPDATE hive_job SET state = 'queued', epoch = epoch + 1, run_at = ?3, lease_until = NULL, worker = NULL \
    WHERE id = ?1 AND epoch = ?2 AND state = 'leased'
    """
  private static let find = "SELECT id, tenant, principal, epoch, state, lease_until FROM hive_job WHERE id = ?1"

  /// Takes up to `max` jobs, one of a group at most.
  package func lease(_ request: LeaseRequest, now: Int64) throws(StorageError) -> Leased {
    var jobs: [JSON] = []
    let until = now + Int64(request.ttlMilliseconds) * 1000
    while jobs.count < request.max {
      guard let row = try session.query(JobTable.candidate, [.text(request.queue), .integer(now)]).first, let id = row[0].text else {
        break
      }
      try session.run(JobTable.take, [.text(id), .text(request.worker), .integer(until)])
      jobs.append([
        "id": .string(id), "queue": .string(request.queue), "kind": JSON(row[1].text), "payload": JobTable.json(row[2]),
        "tenant": JSON(row[3].text), "principal": JobTable.json(row[4]), "attempt": .int((row[5].integer ?? 0) + 1),
        "epoch": .int((row[6].integer ?? 0) + 1),
      ])
    }
    return Leased(jobs: jobs, nextAt: nil)
  }

  /// Whether there is a job to take, and if not, when the clock alone may bring one.
  package func peek(_ request: LeaseRequest, now: Int64) throws(StorageError) -> (hasWork: Bool, nextAt: Int64?) {
    guard try session.query(JobTable.candidate, [.text(request.queue), .integer(now)]).isEmpty else { return (true, nil) }
    let due = try session.query(JobTable.nextDue, [.text(request.queue), .integer(now)]).first?.first?.integer
    let end = try session.query(JobTable.nextEnd, [.integer(now)]).first?.first?.integer
    return (false, [due, end].compactMap { $0 }.min())
  }

  /// - Returns: `{"expires_in_ms":n}`.
  package func renew(_ job: String, epoch: Int, ttlMilliseconds: Int, now: Int64) throws(StorageError) -> JSON {
    let until = now + Int64(ttlMilliseconds) * 1000
    let count = try session.run(JobTable.renewal, [.text(job), .integer(Int64(epoch)), .integer(now), .integer(until)])
    guard count == 1 else { throw .leaseLost(job: job) }
    return ["expires_in_ms": .int(ttlMilliseconds)]
  }

  /// Gives a lease up; nil = the job was completed in a transaction and there is nothing to do. A lost lease is no error.
  package func release(_ job: String, epoch: Int, retryMilliseconds: Int?, now: Int64) throws(StorageError) {
    guard let retryMilliseconds else { return }
    let at = now + Int64(retryMilliseconds) * 1000
    try session.run(JobTable.giveBack, [.text(job), .integer(Int64(epoch)), .integer(at)])
  }

  /// `{"id","tenant","principal","epoch","state","expires_in_ms"}`, or nil.
  package func show(_ job: String, now: Int64) throws(StorageError) -> JSON? {
    guard let row = try session.query(JobTable.find, [.text(job)]).first else { return nil }
    let expires = row[5].integer.map { JSON.int(max(0, ($0 - now) / 1000)) } ?? .null
    return [
      "id": JSON(row[0].text), "tenant": JSON(row[1].text), "principal": JobTable.json(row[2]), "epoch": .int(row[3].integer ?? 0),
      "state": JSON(row[4].text), "expires_in_ms": expires,
    ]
  }

  private static func json(_ value: SQLValue) -> JSON { value.text.flatMap { try? JSON(parsing: $0) } ?? .null }
}
