import JSONRPC
import NIOCore
import PluginProtocol

/// A job that a plugin holds a lease on.
struct LeasedJob: Sendable, Equatable {
  let id: String
  let epoch: Int64
  let tenant: String?
  let principal: JSON
  let holder: LinkID
  var expiry: NIODeadline
}

/// The job causes that are valid now: random texts, each good for one incarnation of one plugin until its lease ends.
struct JobCauses: Sendable {
  private var jobs: [String: LeasedJob] = [:]

  var count: Int { jobs.count }

  /// - Returns: the cause, for the plugin to name in its calls.
  mutating func register(_ job: LeasedJob, now: NIODeadline) -> String {
    jobs = jobs.filter { $0.value.expiry > now }
    let cause = "job:" + UUIDText.random()
    jobs[cause] = job
    return cause
  }

  /// - Returns: nil for a cause that never was, is another's, or has ended.
  func job(_ cause: String, of holder: LinkID, now: NIODeadline) -> LeasedJob? {
    guard let job = jobs[cause], job.holder == holder, job.expiry > now else { return nil }
    return job
  }

  mutating func renew(_ cause: String, until expiry: NIODeadline) { jobs[cause]?.expiry = expiry }

  mutating func remove(_ cause: String) { jobs[cause] = nil }

  /// Forgets what a dead incarnation held.
  mutating func removeAll(of holder: LinkID) -> [LeasedJob] {
    let held = jobs.filter { $0.value.holder == holder }
    for cause in held.keys { jobs[cause] = nil }
    return held.values.sorted { $0.id < $1.id }
  }
}
