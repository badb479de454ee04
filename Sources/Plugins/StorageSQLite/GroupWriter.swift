package import JSONRPC
import StorageKit
import Synchronization

/// The one writer. It takes what is waiting, gives each member a savepoint of its own, commits them all at once and only then
/// answers: one flush to disk for many transactions.
package final class GroupWriter: Sendable {
  /// What a member did.
  package struct Outcome: Sendable {
    package var reply: [UInt8]
    package var events: [JSON] = []
    package var touchesJobs = false
  }

  package typealias Work = @Sendable (SQLiteConnection, _ now: Int64) -> Result<Outcome, RPCError>
  private typealias Answer = @Sendable (Result<Outcome, RPCError>) -> Void

  private struct Member: Sendable {
    let work: Work
    let answer: Answer
    /// Runs outside of a group, with foreign keys switched off until its end: for migrations.
    let isAlone: Bool
  }

  private struct State {
    let connection: SQLiteConnection
    /// Transactions have different, rising times.
    var lastTime: Int64 = 0
  }

  private let queue: WorkQueue<Member>
  private let writing: Writing

  /// - Parameters:
  ///   - limit: how many transactions share a commit.
  ///   - clock: microseconds since 1970.
  ///   - committed: called after each commit, before the members are answered.
  package init(
    _ connection: sending SQLiteConnection, limit: Int, clock: @escaping @Sendable () -> Int64,
    committed: @escaping @Sendable (_ events: [JSON], _ touchesJobs: Bool) -> Void
  ) {
    let writing = Writing(connection, clock: clock, committed: committed)
    self.writing = writing
    let limits = WorkQueue<Member>.Limits(items: 4096, bytes: 64 << 20, batchItems: limit, batchBytes: 8 << 20)
    queue = WorkQueue("storage.writer", workers: 1, limits: limits) { _, members in writing.run(members) }
  }

  /// Runs `work` in a transaction.
  ///
  /// - Throws: what `work` gave, `overloaded` when too much is waiting, `storage_full` when the commit did not reach the disk.
  package func write(bytes: Int, isAlone: Bool = false, _ work: @escaping Work) async throws(RPCError) -> Outcome {
    let result: Result<Outcome, RPCError> = await withCheckedContinuation { continuation in
      let member = Member(work: work, answer: { continuation.resume(returning: $0) }, isAlone: isAlone)
      if !queue.submit(member, bytes: bytes) { continuation.resume(returning: .failure(.storageOverloaded)) }
    }
    return try result.get()
  }

  /// Waits for the commit that is running.
  package func releaseCaches() { writing.releaseCaches() }

  /// What the writer's thread owns.
  private final class Writing: Sendable {
    private let state: Mutex<State>
    private let clock: @Sendable () -> Int64
    private let committed: @Sendable ([JSON], Bool) -> Void

    init(
      _ connection: sending SQLiteConnection, clock: @escaping @Sendable () -> Int64, committed: @escaping @Sendable ([JSON], Bool) -> Void
    ) {
      state = Mutex(State(connection: connection))
      self.clock = clock
      self.committed = committed
    }

    func releaseCaches() { state.withLock { $0.connection.releaseCaches() } }

    func run(_ members: [Member]) {
      var group: [Member] = []
      for member in members {
        guard member.isAlone else {
          group.append(member)
          continue
        }
        commit(group)
        group = []
        commit([member])
      }
      commit(group)
    }

    private func commit(_ members: [Member]) {
      guard !members.isEmpty else { return }
      let results = state.withLock { state -> [Result<Outcome, RPCError>] in
        let isAlone = members.contains { $0.isAlone }
        // Outside of a transaction only: SQLite ignores the switch within one.
        if isAlone { try? state.connection.execute("PRAGMA foreign_keys = OFF") }
        defer { if isAlone { try? state.connection.execute("PRAGMA foreign_keys = ON") } }
        return Self.transaction(members, &state, clock, checksForeignKeys: isAlone)
      }
      let done = results.compactMap { try? $0.get() }
      committed(done.flatMap(\.events), done.contains { $0.touchesJobs })
      for (member, result) in zip(members, results) { member.answer(result) }
    }

    private static func transaction(
      _ members: [Member], _ state: inout State, _ clock: () -> Int64, checksForeignKeys: Bool
    ) -> [Result<Outcome, RPCError>] {
      let connection = state.connection
      do throws(SQLFailure) {
        try connection.execute("BEGIN IMMEDIATE")
        var results: [Result<Outcome, RPCError>] = []
        for member in members {
          state.lastTime = max(state.lastTime + 1, clock())
          results.append(try savepoint(member, connection, now: state.lastTime))
        }
        if checksForeignKeys, let broken = try connection.rows(Statement("PRAGMA foreign_key_check")).first {
          throw SQLFailure.other("the migration would break a reference of \(broken.first?.text ?? "a table")")
        }
        try connection.execute("COMMIT")
        return results
      } catch {
        if connection.isInTransaction { try? connection.execute("ROLLBACK") }
        // Nothing of the group is on disk, so nobody is told that it is.
        return members.map { _ in .failure(error.storageError.rpc()) }
      }
    }

    /// - Throws: what makes the whole group fail.
    private static func savepoint(
      _ member: Member, _ connection: SQLiteConnection, now: Int64
    ) throws(SQLFailure) -> Result<Outcome, RPCError> {
      try connection.execute("SAVEPOINT member")
      let result = member.work(connection, now)
      // A full disk ends the whole transaction, whichever member met it.
      guard connection.isInTransaction else { throw .full }
      if case .failure = result { try connection.execute("ROLLBACK TO member") }
      try connection.execute("RELEASE member")
      return result
    }
  }
}

extension RPCError {
  static var storageOverloaded: RPCError {
    RPCError(.overloaded, "storage has too much to do", data: ["retryable": true, "delivered": "no", "retry_after_ms": 200])
  }
}
