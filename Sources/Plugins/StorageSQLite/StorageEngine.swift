package import JSONRPC
package import PluginProtocol
import StorageKit
import Synchronization
import UnixTransport

/// The capability `storage` on one SQLite file: methods of docs/PROTOCOL.md, section 8, as finished JSON.
package final class StorageEngine: Sendable {
  let writer: GroupWriter
  let readers: ReaderPool
  let brief: BriefReader
  let signals = JobSignals()
  let clock: @Sendable () -> Int64
  let path: String
  private let schema: Mutex<Schema>

  /// For whom a call runs.
  package struct Caller: Sendable {
    package var tenant: String?
    package var isSystem: Bool
    package var operationID: String?
    /// Kept with the jobs this call enqueues.
    package var principal: Principal?
    /// The only collections it may use; nil = any.
    package var collections: CollectionGrant?

    package init(
      tenant: String?, isSystem: Bool = false, operationID: String? = nil, principal: Principal? = nil, collections: CollectionGrant? = nil
    ) {
      self.tenant = tenant.flatMap(UUIDText.canonical)
      self.isSystem = isSystem
      self.operationID = operationID
      self.principal = principal
      self.collections = collections
    }

    func scope(now: Int64) -> Scope {
      Scope(tenant: tenant, isSystem: isSystem, now: now, principal: principal, collections: collections)
    }
  }

  /// Opens the file and learns the collections it was last migrated to.
  ///
  /// - Parameters:
  ///   - clock: microseconds since 1970, never going back.
  ///   - committed: gets the events of each commit.
  package init(
    _ config: StorageConfig, clock: @escaping @Sendable () -> Int64 = RisingClock(wall: SystemTime.microseconds).microseconds,
    committed: @escaping @Sendable ([JSON]) -> Void
  ) throws(DatabaseFile.Problem) {
    let connection = try DatabaseFile.open(config.path)
    do {
      schema = Mutex(try Schema(Migration(session: connection, now: 0).stored()))
      readers = try ReaderPool(path: config.path, count: config.readers)
      brief = try BriefReader(path: config.path)
    } catch {
      throw DatabaseFile.Problem(message: "\(config.path): \(error)")
    }
    self.clock = clock
    path = config.path
    writer = GroupWriter(connection, limit: config.groupLimit, clock: clock) { [signals] events, touchesJobs in
      if !events.isEmpty { committed(events) }
      if touchesJobs { signals.raise() }
    }
  }

  private var current: Schema { schema.withLock { $0 } }

  /// `storage.migrate`.
  package func migrate(_ params: JSON) async throws(RPCError) -> [UInt8] {
    let wanted: Schema
    let merge: CollectionMerge
    do {
      var reader = try SpecReader(params, "")
      merge = CollectionMerge(try reader.list("collections", CollectionSpec.init), stored: current.specs)
      try reader.finish()
      wanted = try Schema(merge.collections)
    } catch {
      throw RPCError(.invalidParams, error.description)
    }
    let outcome = try await writer.write(bytes: 0, isAlone: true) { connection, now in
      do throws(StorageError) {
        let applied = try Migration(session: connection, now: now).run(to: wanted)
        return .success(.init(reply: JSON.object(["applied": JSON(applied), "left_out": JSON(merge.leftOut)]).bytes))
      } catch {
        return .failure(error.rpc())
      }
    }
    schema.withLock { $0 = wanted }
    return outcome.reply
  }

  /// `storage.read`.
  package func read(_ params: JSON, _ caller: Caller) async throws(RPCError) -> [UInt8] {
    let read: StorageRead
    do { read = try StorageRead(json: params) } catch { throw RPCError(.invalidParams, error.description) }
    let compiler = Compiler(schema: current, dialect: SQLiteDialect(), scope: caller.scope(now: clock()))
    return try await readers.read(bytes: 1024, snapshot: ReadRunner.needsSnapshot(read)) { connection throws(StorageError) in
      var out: [UInt8] = []
      try ReadRunner(session: connection, compiler: compiler).run(read, to: &out)
      return out
    }
  }

  /// `storage.read` of one row, on the caller's thread; nil leaves it to ``read(_:_:)``, as everything that is not quick or not right.
  package func readAtOnce(_ params: JSON, _ caller: Caller) -> [UInt8]? {
    guard params["op"] == "get", let read = try? StorageRead(json: params) else { return nil }
    return brief.read(read, Compiler(schema: current, dialect: SQLiteDialect(), scope: caller.scope(now: clock())))
  }

  /// `storage.transact`.
  ///
  /// - Parameter bytes: the length of the params, so that much data does not wait in one commit.
  package func transact(_ params: JSON, bytes: Int, _ caller: Caller) async throws(RPCError) -> [UInt8] {
    let steps: [StorageStep]
    do {
      var reader = try SpecReader(params, "")
      steps = try reader.list("steps", StorageStep.init)
      try reader.finish()
    } catch {
      throw RPCError(.invalidParams, error.description)
    }
    guard steps.count <= 1000 else { throw RPCError(.invalidParams, "steps: must be at most 1000") }
    let schema = current
    return try await writer.write(bytes: bytes) { connection, now in
      StorageEngine.transact(steps, on: connection, schema, caller, now: now)
    }.reply
  }

  private static func transact(
    _ steps: [StorageStep], on connection: SQLiteConnection, _ schema: Schema, _ caller: Caller, now: Int64
  ) -> Result<GroupWriter.Outcome, RPCError> {
    let scope = caller.scope(now: now)
    let operations = OperationLog(session: connection)
    do throws(StorageError) {
      if let id = caller.operationID, let reply = try operations.reply(to: id, scope) { return .success(.init(reply: reply)) }
      var transaction = Transaction(
        session: connection, compiler: Compiler(schema: schema, dialect: SQLiteDialect(), scope: scope))
      let reply: [UInt8]
      do throws(Transaction.Failure) { reply = try transaction.run(steps) } catch { return .failure(error.rpc) }
      if let id = caller.operationID { try operations.record(id, reply: reply, scope) }
      return .success(.init(reply: reply, events: transaction.events, touchesJobs: transaction.touchesJobs))
    } catch {
      return .failure(error.rpc())
    }
  }

  /// `storage.events`.
  package func events(_ params: JSON, _ caller: Caller) async throws(RPCError) -> [UInt8] {
    let request: (round: String?, after: Int, limit: Int)
    do {
      var reader = try SpecReader(params, "")
      request = (try reader.string("round"), try reader.int("after") ?? 0, try reader.int("limit") ?? 1000)
      try reader.finish()
      guard (1...1000).contains(request.limit) else { throw SpecError("limit", "must be 1 to 1000") }
    } catch {
      throw RPCError(.invalidParams, "\(error)")
    }
    let scope = caller.scope(now: clock())
    return try await readers.read(bytes: 256, snapshot: false) { connection throws(StorageError) in
      try EventLog(session: connection).list(round: request.round, after: Int64(request.after), limit: request.limit, scope)
    }
  }

  /// Forgets old operation ids and finished jobs.
  package func prune() async throws(RPCError) {
    _ = try await writer.write(bytes: 0) { connection, now in
      do throws(StorageError) {
        try OperationLog(session: connection).prune(now: now)
        try JobTable(session: connection).prune(now: now)
        return .success(.init(reply: []))
      } catch {
        return .failure(error.rpc())
      }
    }
  }
}
