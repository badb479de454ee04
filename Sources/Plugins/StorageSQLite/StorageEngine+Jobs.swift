package import JSONRPC
import PluginProtocol
import StorageKit

extension StorageEngine {
  /// `storage.lease`: waits up to `wait_ms` for work.
  package func lease(_ params: JSON) async throws(RPCError) -> [UInt8] {
    let (request, wait) = try parsed { () throws(SpecError) in
      var reader = try SpecReader(params, "")
      let request = JobTable.LeaseRequest(
        queue: try reader.require("queue"), worker: try reader.string("worker") ?? "",
        max: try reader.int("max", 1...64, else: 1), ttlMilliseconds: try reader.int("ttl_ms", 1...86_400_000, else: 30_000))
      let wait = try reader.int("wait_ms", 0...600_000, else: 0)
      try reader.finish()
      return (request, wait)
    }
    let deadline = ContinuousClock.now + .milliseconds(wait)
    while true {
      let version = signals.version
      let leased = try await lease(request)
      let left = deadline - .now
      guard leased.jobs.isEmpty, left > .zero, !signals.isClosed, !Task.isCancelled else {
        return JSON.object(["jobs": .array(leased.jobs)]).bytes
      }
      let untilNext = leased.nextAt.map { Duration.microseconds(max(1000, $0 - clock())) } ?? left
      await signals.wait(past: version, atMost: min(left, untilNext))
    }
  }

  /// Looks without writing first: those who wait for work must not keep the disk busy.
  private func lease(_ request: JobTable.LeaseRequest) async throws(RPCError) -> JobTable.Leased {
    let now = clock()
    let seen = try await readers.read(bytes: 256, snapshot: true) { connection throws(StorageError) in
      try JobTable(session: connection).peek(request, now: now)
    }
    guard seen.hasWork else { return JobTable.Leased(jobs: [], nextAt: seen.nextAt) }
    let reply = try await write { (jobs, now) throws(StorageError) in
      JSON.array(try jobs.lease(request, now: now).jobs)
    }
    return JobTable.Leased(jobs: reply.array ?? [], nextAt: nil)
  }

  /// `storage.renew`.
  package func renew(_ params: JSON) async throws(RPCError) -> [UInt8] {
    let (job, epoch, ttl) = try parsed { () throws(SpecError) in
      var reader = try SpecReader(params, "")
      let lease = (
        try reader.require("job"), try reader.int("epoch", 0...Int.max), try reader.int("ttl_ms", 1...86_400_000, else: 30_000)
      )
      try reader.finish()
      return lease
    }
    return try await write { (jobs, now) throws(StorageError) in
      try jobs.renew(job, epoch: epoch, ttlMilliseconds: ttl, now: now)
    }.bytes
  }

  /// `storage.release`.
  package func release(_ params: JSON) async throws(RPCError) -> [UInt8] {
    let (job, epoch, retry) = try parsed { () throws(SpecError) in
      var reader = try SpecReader(params, "")
      let lease = (try reader.require("job"), try reader.int("epoch", 0...Int.max), try reader.int("retry_in_ms"))
      try reader.finish()
      guard lease.2.map((0...31_536_000_000).contains) ?? true else { throw SpecError("retry_in_ms", "must be 0 to a year") }
      return lease
    }
    return try await write(touchesJobs: true) { (jobs, now) throws(StorageError) in
      try jobs.release(job, epoch: epoch, retryMilliseconds: retry, now: now)
      return [:]
    }.bytes
  }

  /// `storage.job`.
  package func job(_ params: JSON) async throws(RPCError) -> [UInt8] {
    let id = try parsed { () throws(SpecError) in
      var reader = try SpecReader(params, "")
      let id = try reader.require("job")
      try reader.finish()
      return id
    }
    let now = clock()
    let found = try await readers.read(bytes: 256, snapshot: false) { connection throws(StorageError) in
      try JobTable(session: connection).show(id, now: now)
    }
    guard let found else { throw .application("not_found", status: 404, "there is no job \(id)") }
    return found.bytes
  }

  private func write(
    touchesJobs: Bool = false, _ work: @escaping @Sendable (JobTable, Int64) throws(StorageError) -> JSON
  ) async throws(RPCError) -> JSON {
    let outcome = try await writer.write(bytes: 256) { connection, now in
      do throws(StorageError) {
        return .success(.init(reply: try work(JobTable(session: connection), now).bytes, touchesJobs: touchesJobs))
      } catch {
        return .failure(error.rpc())
      }
    }
    return (try? JSON(parsing: outcome.reply)) ?? .null
  }

  private func parsed<T>(_ read: () throws(SpecError) -> T) throws(RPCError) -> T {
    do { return try read() } catch { throw RPCError(.invalidParams, error.description) }
  }
}

extension SpecReader {
  /// An integer within bounds.
  fileprivate mutating func int(_ name: String, _ range: ClosedRange<Int>, else absent: Int? = nil) throws(SpecError) -> Int {
    guard let value = try int(name) ?? absent else { throw SpecError(at(name), "is required") }
    guard range.contains(value) else { throw SpecError(at(name), "must be \(range.lowerBound) to \(range.upperBound)") }
    return value
  }
}
