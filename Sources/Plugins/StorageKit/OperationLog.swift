/// The replies of transactions by operation id, so that a repeated one changes nothing (docs/PROTOCOL.md, section 7.3).
package struct OperationLog {
  private let session: any SQLSession

  package init(session: any SQLSession) { self.session = session }

  static let tables = [
    """
    CREATE TABLE IF NOT EXISTS hive_operation (tenant TEXT NOT NULL, id TEXT NOT NULL, reply TEXT NOT NULL, created_at BIGINT NOT NULL, \
    PRIMARY KEY (tenant, id))
    """,
    "CREATE INDEX IF NOT EXISTS hive_operation_age ON hive_operation (created_at)",
  ]

  /// How long a reply is kept, in microseconds: an hour is promised.
  package static let keptFor: Int64 = 2 * 3600 * 1_000_000

  private static let find = "SELECT reply FROM hive_operation WHERE tenant = ?1 AND id = ?2"
  private static let insert = "INSERT INTO hive_operation (tenant, id, reply, created_at) VALUES (?1, ?2, ?3, ?4)"
  private static let prune = "DELETE FROM hive_operation WHERE created_at < ?1"

  /// The reply already given, or nil. The id of one tenant means nothing to another.
  package func reply(to id: String, _ scope: Scope) throws(StorageError) -> [UInt8]? {
    let rows = try session.query(OperationLog.find, [.text(scope.tenant ?? ""), .text(id)])
    return rows.first?.first?.text.map { Array($0.utf8) }
  }

  package func record(_ id: String, reply: [UInt8], _ scope: Scope) throws(StorageError) {
    let text = String(decoding: reply, as: UTF8.self)
    try session.run(OperationLog.insert, [.text(scope.tenant ?? ""), .text(id), .text(text), .integer(scope.now)])
  }

  package func prune(now: Int64) throws(StorageError) {
    try session.run(OperationLog.prune, [.integer(now - OperationLog.keptFor)])
  }
}
