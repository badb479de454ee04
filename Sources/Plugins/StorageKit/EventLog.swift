import JSONRPC
package import PluginProtocol

/// The event log: `seq` counts within a round, `position` within a tenant, both from counter rows bumped in the transaction.
package struct EventLog {
  private let session: any SQLSession

  package init(session: any SQLSession) { self.session = session }

  package struct Appended: Sendable {
    let seq: Int64?
    let position: Int64
    /// The object of `storage.committed`.
    let announcement: JSON
  }

  static let tables = [
    "CREATE TABLE IF NOT EXISTS hive_counter (tenant TEXT NOT NULL, name TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (tenant, name))",
    """
    CREATE TABLE IF NOT EXISTS hive_event (tenant TEXT NOT NULL, position BIGINT NOT NULL, round TEXT, seq BIGINT, project BIGINT, \
    type TEXT NOT NULL, data TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (tenant, position))
    """,
    "CREATE UNIQUE INDEX IF NOT EXISTS hive_event_round ON hive_event (round, seq, tenant)",
  ]

  private static let bump = """
    INSERT INTO hive_counter (tenant, name, value) VALUES (?1, ?2, 1) \
    ON CONFLICT (tenant, name) DO UPDATE SET value = hive_counter.value + 1 RETURNING value
    """

  private static let insert = """
    INSERT INTO hive_event (tenant, position, round, seq, project, type, data, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    """

  /// Events of a tenant by position (?1 tenant, ?2 after, ?3 limit), of a round by seq (?4 round), for the system of whichever tenant.
  private static let columns = "SELECT seq, position, type, data, created_at, round, project, tenant FROM hive_event"
  private static let byPosition = "\(columns) WHERE tenant = ?1 AND position > ?2 ORDER BY position LIMIT ?3"
  private static let byRound = "\(columns) WHERE tenant = ?1 AND round = ?4 AND seq > ?2 ORDER BY seq LIMIT ?3"

  private static let byAnyRound = "\(columns) WHERE round = ?4 AND seq > ?2 AND (?1 = '' OR tenant = ?1) ORDER BY seq LIMIT ?3"

  package func append(_ event: StorageStep.Event, _ scope: Scope) throws(StorageError) -> Appended {
    guard scope.tenant != nil || scope.isSystem else { throw .denied("an event needs a tenant") }
    let round = try event.round.isNull ? nil : EventLog.uuid(event.round)
    guard event.project.isNull || event.project.int != nil else {
      throw .invalid(field: "project", message: "A valid integer is required.")
    }
    let tenant = scope.tenant ?? ""
    let position = try bump(tenant, "")
    var seq: Int64?
    if let round { seq = try bump(tenant, round) }
    let data = event.data.text
    let project = event.project.int.map(SQLValue.integer) ?? .null
    try session.run(
      EventLog.insert,
      [
        .text(tenant), .integer(position), SQLValue(round), seq.map(SQLValue.integer) ?? .null, project, .text(event.type), .text(data),
        .integer(scope.now),
      ])
    let announcement: JSON = [
      "tenant": JSON(scope.tenant), "round": JSON(round), "project": event.project, "seq": seq.map { .int($0) } ?? .null,
      "position": .int(position), "type": .string(event.type), "data": event.data, "created_at": .string(WireDate.text(scope.now)),
    ]
    return Appended(seq: seq, position: position, announcement: announcement)
  }

  private static let plan = RowPlan([
    ("seq", .integer), ("position", .integer), ("type", .text), ("data", .json), ("created_at", .datetime), ("round", .text),
    ("project", .integer), ("tenant", .text),
  ])

  /// `{"events":[…],"last":n}`: what came after `after`, by `seq` with a round, else by `position`.
  package func list(round: String?, after: Int64, limit: Int, _ scope: Scope) throws(StorageError) -> [UInt8] {
    guard scope.tenant != nil || scope.isSystem else { throw .denied("events need a tenant") }
    var parameters: [SQLValue] = [.text(scope.tenant ?? ""), .integer(after), .integer(Int64(limit))]
    if let round { parameters.append(.text(try EventLog.uuid(.string(round)))) }
    let ofRound = scope.isSystem ? EventLog.byAnyRound : EventLog.byRound
    let rows = try session.query(round == nil ? EventLog.byPosition : ofRound, parameters)
    var out = Array("{\"events\":[".utf8)
    var last = after
    for (index, row) in rows.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      EventLog.plan.write(row, to: &out)
      last = row[round == nil ? 1 : 0].integer ?? last
      guard out.count <= ReplyLimit.bytes else { throw .tooLarge(byteLimit: ReplyLimit.bytes) }
    }
    out.append(contentsOf: "],\"last\":\(last)}".utf8)
    return out
  }

  private func bump(_ tenant: String, _ name: String) throws(StorageError) -> Int64 {
    try session.query(EventLog.bump, [.text(tenant), .text(name)]).first?.first?.integer ?? 0
  }

  private static func uuid(_ json: JSON) throws(StorageError) -> String {
    guard let text = json.string, let uuid = UUIDText.canonical(text) else {
      throw .invalid(field: "round", message: "Must be a valid UUID.")
    }
    return uuid
  }
}
