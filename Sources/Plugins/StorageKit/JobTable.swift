import JSONRPC
import PluginProtocol

/// Durable jobs. A lease has an epoch: every lease, cancel and release raises it, so that a worker which slept past its lease writes
/// nothing any more.
package struct JobTable {
  let session: any SQLSession

  package init(session: any SQLSession) { self.session = session }

  /// How long finished jobs are kept, in microseconds.
  static let keptFor: Int64 = 7 * 24 * 3600 * 1_000_000

  static let tables = [
    """
    CREATE TABLE IF NOT EXISTS hive_job (id TEXT NOT NULL PRIMARY KEY, number BIGINT NOT NULL, queue TEXT NOT NULL, kind TEXT NOT NULL, \
    payload TEXT NOT NULL, tenant TEXT, principal TEXT, group_key TEXT, unique_key TEXT, state TEXT NOT NULL, epoch BIGINT NOT NULL, \
    attempt BIGINT NOT NULL, worker TEXT, run_at BIGINT NOT NULL, lease_until BIGINT, created_at BIGINT NOT NULL, finished_at BIGINT)
    """,
    "CREATE INDEX IF NOT EXISTS hive_job_queue ON hive_job (queue, state, run_at, number)",
    "CREATE INDEX IF NOT EXISTS hive_job_lease ON hive_job (lease_until) WHERE state = 'leased'",
    "CREATE INDEX IF NOT EXISTS hive_job_group ON hive_job (group_key) WHERE state = 'leased'",
    "CREATE INDEX IF NOT EXISTS hive_job_finished ON hive_job (finished_at) WHERE finished_at IS NOT NULL",
    """
    CREATE UNIQUE INDEX IF NOT EXISTS hive_job_unique ON hive_job (coalesce(tenant, ''), queue, unique_key) \
    WHERE unique_key IS NOT NULL AND state IN ('queued', 'leased')
    """,
  ]

  private static let open = """
    SELECT id FROM hive_job WHERE coalesce(tenant, '') = ?1 AND queue = ?2 AND unique_key = ?3 AND state IN ('queued', 'leased')
    """

  private static let insert = """
    INSERT INTO hive_job (id, number, queue, kind, payload, tenant, principal, group_key, unique_key, state, epoch, attempt, run_at, \
    created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'queued', 0, 0, ?10, ?11)
    """

  /// ?1 job, ?2 epoch, ?3 now, ?4 tenant, ?5 whether every tenant's jobs are meant.
  private static let isHeld = """
    id = ?1 AND epoch = ?2 AND state = 'leased' AND lease_until > ?3 AND (?5 = 1 OR coalesce(tenant, '') = ?4)
    """
  private static let held = "SELECT 1 FROM hive_job WHERE \(isHeld)"
  private static let finish = "UPDATE hive_job SET state = 'done', finished_at = ?3, lease_until = NULL WHERE \(isHeld)"
  private static let cancel = """
    UPDATE hive_job SET state = 'cancelled', epoch = epoch + 1, finished_at = ?2, lease_until = NULL \
    WHERE id = ?1 AND state IN ('queued', 'leased') AND (?4 = 1 OR coalesce(tenant, '') = ?3)
    """
  private static let prune = "DELETE FROM hive_job WHERE finished_at < ?1"

  /// - Returns: the job's id; that of the open job when `unique` names one.
  func enqueue(_ job: StorageStep.Job, payload: JSON, _ scope: Scope) throws(StorageError) -> String {
    guard scope.tenant != nil || scope.isSystem else { throw .denied("a job needs a tenant") }
    guard (0...31_536_000_000).contains(job.delayMilliseconds) else {
      throw .invalid(field: "delay_ms", message: "Must be 0 to a year.")
    }
    if let unique = job.unique {
      let open = try session.query(JobTable.open, [.text(scope.tenant ?? ""), .text(job.queue), .text(unique)])
      if let id = open.first?.first?.text { return id }
    }
    let id = UUIDText.random()
    let number = try session.query(JobTable.nextNumber).first?.first ?? .integer(0)
    try session.run(
      JobTable.insert,
      [
        .text(id), number, .text(job.queue), .text(job.kind), .text(payload.text), SQLValue(scope.tenant),
        SQLValue(scope.principal?.json.text), SQLValue(job.group), SQLValue(job.unique),
        .integer(scope.now + Int64(job.delayMilliseconds) * 1000), .integer(scope.now),
      ])
    return id
  }

  /// Jobs that are due at the same time run in the order they were made.
  private static let nextNumber = """
    INSERT INTO hive_counter (tenant, name, value) VALUES ('', 'hive_job', 1) \
    ON CONFLICT (tenant, name) DO UPDATE SET value = hive_counter.value + 1 RETURNING value
    """

  func complete(_ job: String, epoch: Int, _ scope: Scope) throws(StorageError) {
    guard try session.run(JobTable.finish, holder(job, epoch, scope)) == 1 else { throw .leaseLost(job: job) }
  }

  func fence(_ job: String, epoch: Int, _ scope: Scope) throws(StorageError) {
    guard try !session.query(JobTable.held, holder(job, epoch, scope)).isEmpty else { throw .leaseLost(job: job) }
  }

  func cancel(_ job: String, _ scope: Scope) throws(StorageError) -> Int {
    try session.run(JobTable.cancel, [.text(job), .integer(scope.now), .text(scope.tenant ?? ""), .integer(scope.isSystem ? 1 : 0)])
  }

  package func prune(now: Int64) throws(StorageError) { try session.run(JobTable.prune, [.integer(now - JobTable.keptFor)]) }

  private func holder(_ job: String, _ epoch: Int, _ scope: Scope) -> [SQLValue] {
    [.text(job), .integer(Int64(epoch)), .integer(scope.now), .text(scope.tenant ?? ""), .integer(scope.isSystem ? 1 : 0)]
  }
}
