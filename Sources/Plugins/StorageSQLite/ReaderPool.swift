package import JSONRPC
package import StorageKit
import Synchronization

/// Connections that only read, each on a thread of its own while there is work.
package final class ReaderPool: Sendable {
  private struct Job: Sendable {
    let run: @Sendable (SQLiteConnection) -> Void
  }

  private let queue: WorkQueue<Job>
  private let slots: [Slot]

  /// A connection and the lock it lives in.
  private final class Slot: Sendable {
    let connection: Mutex<SQLiteConnection>
    init(_ connection: sending SQLiteConnection) { self.connection = Mutex(connection) }
  }

  /// - Throws: ``SQLFailure`` when the file cannot be opened.
  package init(path: String, count: Int) throws(SQLFailure) {
    var slots: [Slot] = []
    for _ in 0..<count { slots.append(Slot(try SQLiteConnection(path: path, mode: .read))) }
    self.slots = slots
    let limits = WorkQueue<Job>.Limits(items: 4096, bytes: 64 << 20, batchItems: 1, batchBytes: .max)
    queue = WorkQueue("storage.reader", workers: count, limits: limits) { [slots] worker, jobs in
      slots[worker].connection.withLock { connection in
        for job in jobs { job.run(connection) }
      }
    }
  }

  /// Waits for what is running.
  package func releaseCaches() {
    for slot in slots { slot.connection.withLock { $0.releaseCaches() } }
  }

  /// Runs `work` on an idle connection.
  ///
  /// - Parameter snapshot: whether all its statements must see the same rows.
  package func read<T: Sendable>(
    bytes: Int, snapshot: Bool, _ work: @escaping @Sendable (SQLiteConnection) throws(StorageError) -> T
  ) async throws(RPCError) -> T {
    let result: Result<T, RPCError> = await withCheckedContinuation { continuation in
      let job = Job { connection in continuation.resume(returning: Self.run(connection, snapshot, work)) }
      if !queue.submit(job, bytes: bytes) { continuation.resume(returning: .failure(.storageOverloaded)) }
    }
    return try result.get()
  }

  private static func run<T>(
    _ connection: SQLiteConnection, _ snapshot: Bool, _ work: (SQLiteConnection) throws(StorageError) -> T
  ) -> Result<T, RPCError> {
    do {
      if snapshot { try connection.execute("BEGIN") }
    } catch {
      return .failure(error.storageError.rpc())
    }
    // The end of a transaction that only read cannot fail in a way that matters.
    defer { if snapshot { try? connection.execute("COMMIT") } }
    do { return .success(try work(connection)) } catch { return .failure(error.rpc()) }
  }
}
