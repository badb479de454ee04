import JSONRPC
import Logging
import NIOCore
import UnixTransport

/// `jobs.lease`, `jobs.renew` and `jobs.release`: leases live in storage, the causes that stand for them here.
extension MessageRouter {
  /// The methods of section 6.2 that need nothing but the router and storage.
  package nonisolated var jobMethods: [HostMethod] {
    [
      HostMethod("jobs.lease", grant: .jobs, needsCause: false) { request async throws(RPCError) in try await self.lease(request) },
      HostMethod("jobs.renew", grant: .jobs, needsCause: false) { request async throws(RPCError) in try await self.renew(request) },
      HostMethod("jobs.release", grant: .jobs, needsCause: false) { request async throws(RPCError) in try await self.release(request) },
    ]
  }

  private static var leaseLimit: Int64 { 64 }
  private static var ttlLimitMilliseconds: Int64 { 3_600_000 }
  private static var waitLimitMilliseconds: Int64 { 60_000 }

  /// Leases jobs for a plugin.
  ///
  /// The call to storage is not given up when the plugin dies meanwhile: what it leases then is released at once, and not left to
  /// run out.
  private func lease(_ request: HostRequest) async throws(RPCError) -> ByteBuffer {
    let params = try request.json()
    guard let queue = params["queue"].string, let ttl = params["ttl_ms"].int, (1...Self.ttlLimitMilliseconds).contains(ttl) else {
      throw RPCError(.invalidParams, "jobs.lease needs queue and ttl_ms, at most \(Self.ttlLimitMilliseconds)")
    }
    let wait = min(max(0, params["wait_ms"].int ?? 0), Self.waitLimitMilliseconds)
    let wanted: JSON = [
      "queue": .string(queue), "worker": .string(request.caller.description),
      "max": .int(min(max(1, params["max"].int ?? 1), Self.leaseLimit)),
      "ttl_ms": .int(ttl), "wait_ms": .int(wait),
    ]
    let id = nextCallID()
    let meta = CallMeta.host(request.meta.requestID, timeout: .milliseconds(wait) + .seconds(10))
    let reply = await withCheckedContinuation { (continuation: CheckedContinuation<Reply, Never>) in
      start(
        id, method: "storage.lease", params: ByteBuffer(bytes: wanted.bytes), meta: meta,
        origin: .host { event in
          guard case .finished(let reply) = event else { return }
          continuation.resume(returning: self.assumeIsolated { $0.leased(reply, by: request.caller, ttl: .milliseconds(ttl)) })
        })
    }
    return try reply.get()
  }

  /// Registers a cause for each leased job, before anything else can happen to the plugin.
  private func leased(_ reply: Reply, by holder: LinkID, ttl: TimeAmount) -> Reply {
    guard case .result(let bytes) = reply else { return reply }
    guard let json = try? JSON(parsing: Array(bytes.readableBytesView)), let jobs = json["jobs"].array else {
      return .failure(RPCError(.internal, "storage.lease answered without jobs"))
    }
    let now = NIODeadline.now()
    var answers: [JSON] = []
    for job in jobs {
      guard let id = job["id"].string, let epoch = job["epoch"].int else { continue }
      let leased = LeasedJob(
        id: id, epoch: epoch, tenant: job["tenant"].string, principal: job["principal"], holder: holder, expiry: now + ttl)
      guard links[holder] != nil else {
        releaseLater(leased)
        continue
      }
      var answer = job.object ?? [:]
      answer["principal"] = nil
      answer["cause"] = .string(causes.register(leased, now: now))
      answers.append(.object(answer))
    }
    return .result(ByteBuffer(bytes: JSON.object(["jobs": .array(answers)]).bytes))
  }

  private func renew(_ request: HostRequest) async throws(RPCError) -> ByteBuffer {
    let params = try request.json()
    let (cause, job) = try held(params, request.caller)
    guard let ttl = params["ttl_ms"].int, (1...Self.ttlLimitMilliseconds).contains(ttl) else {
      throw RPCError(.invalidParams, "jobs.renew needs ttl_ms, at most \(Self.ttlLimitMilliseconds)")
    }
    let wanted: JSON = ["job": .string(job.id), "epoch": .int(job.epoch), "ttl_ms": .int(ttl)]
    let asked = NIODeadline.now()
    do throws(RPCError) {
      let answer = try await call("storage.renew", ByteBuffer(bytes: wanted.bytes), .host("job:\(job.id)"))
      causes.renew(cause, until: asked + .milliseconds(ttl))
      return answer
    } catch {
      if error.applicationCode == "lease_lost" { causes.remove(cause) }
      throw error
    }
  }

  private func release(_ request: HostRequest) async throws(RPCError) -> ByteBuffer {
    let params = try request.json()
    let (cause, job) = try held(params, request.caller)
    if let retry = params["retry_in_ms"].int {
      let wanted: JSON = ["job": .string(job.id), "epoch": .int(job.epoch), "retry_in_ms": .int(max(0, retry))]
      _ = try await call("storage.release", ByteBuffer(bytes: wanted.bytes), .host("job:\(job.id)"))
    }
    causes.remove(cause)
    return ByteBuffer(string: "{}")
  }

  private func held(_ params: JSON, _ holder: LinkID) throws(RPCError) -> (String, LeasedJob) {
    guard let cause = params["cause"].string else { throw RPCError(.invalidParams, "cause is missing") }
    guard let job = causes.job(cause, of: holder, now: .now()) else {
      throw .application("lease_lost", status: 409, "the lease has ended")
    }
    return (cause, job)
  }

  /// Gives up a dead plugin's leases, so that another goes on without waiting for their end.
  func releaseJobs(of holder: LinkID) {
    for job in causes.removeAll(of: holder) { releaseLater(job) }
  }

  private func releaseLater(_ job: LeasedJob) {
    let wanted: JSON = ["job": .string(job.id), "epoch": .int(job.epoch), "retry_in_ms": 0]
    let logger = logger
    start(
      nextCallID(), method: "storage.release", params: ByteBuffer(bytes: wanted.bytes),
      meta: .host("job:\(job.id)", timeout: .seconds(30)),
      origin: .host { event in
        guard case .finished(let reply) = event, let error = reply.rpcError, error.applicationCode != "lease_lost" else { return }
        logger.warning("lease not released, it will run out", metadata: ["job": "\(job.id)", "reason": "\(error.message)"])
      })
  }
}
