import JSONRPC
import Logging
import NIOCore
import PluginProtocol
import UnixTransport

/// What plugins ask for: checked against their manifest and their cause, then routed.
extension MessageRouter {
  /// - Returns: true for a request that the host serves itself.
  func receive(_ request: InboundRequest, from link: LinkID, _ connection: Connection) -> Bool {
    do throws(RPCError) {
      guard let policy = links[link]?.policy, plugins[link.plugin] != nil else { throw .unavailable("\(link.plugin) was removed") }
      if let method = hostMethods[request.method] {
        try authorize(method, policy)
        let meta = try meta(of: request, from: link, policy, needsCause: method.needsCause)
        links[link]?.hostRequests[request.id] = AcceptedHostRequest(method: method, meta: meta)
        plugins[link.plugin]?.metrics.call(method.name)
        return true
      }
      guard let method = MethodName(request.method) else { throw .noMethod(request.method) }
      guard policy.requires.contains(method.capability) else {
        throw .denied("\(link.plugin) may not call \(method.name): its manifest does not require '\(method.capability)'")
      }
      var meta = try meta(of: request, from: link, policy, needsCause: true)
      if method.capability == StorageAccess.capability {
        try StorageAccess.check(method, policy)
        meta.collections = plugins[link.plugin]?.reach(of: policy)
      }
      let id = nextCallID()
      links[link]?.calling[request.id] = id
      plugins[link.plugin]?.metrics.call(method.name)
      start(id, method: request.method, params: request.params, meta: meta, origin: .plugin(link, request: request.id))
    } catch {
      if error.code == .denied { audit(link.plugin, request.method, error) }
      connection.reply(request.id, .failure(error))
    }
    return false
  }

  private func authorize(_ method: HostMethod, _ policy: PluginPolicy) throws(RPCError) {
    guard let grant = method.grant, !policy.grants.contains(grant) else { return }
    throw .denied("\(policy.id) may not call \(method.name): its manifest does not grant '\(grant.rawValue)'")
  }

  /// Builds the meta of a plugin's call from its cause; what the plugin wrote into tenant or principal is never looked at.
  private func meta(
    of request: InboundRequest, from link: LinkID, _ policy: PluginPolicy, needsCause: Bool
  ) throws(RPCError) -> CallMeta {
    let said = try PluginMeta(request.meta)
    let now = NIODeadline.now()
    var meta: CallMeta
    if let cause = said.cause {
      meta = try causeMeta(cause, link, now: now)
    } else if said.system || !needsCause {
      meta = CallMeta(requestID: "", deadline: now + Self.longestCall)
    } else {
      throw .denied("\(link.plugin) called \(request.method) without a cause")
    }
    if said.system {
      guard policy.grants.contains(.system) else {
        throw .denied("\(link.plugin) called \(request.method) as system: its manifest does not grant 'system'")
      }
      meta.tenant = nil
      meta.principal = ["kind": "system", "id": .string(link.plugin), "role": ""]
      meta.system = true
    }
    if let milliseconds = said.deadlineMilliseconds {
      meta.deadline = min(meta.deadline, now + .milliseconds(min(milliseconds, Self.longestCall.nanoseconds / 1_000_000)))
    }
    meta.operationID = said.operationID.map { "\(link.plugin):\($0)" }
    return meta
  }

  /// A call without any deadline of its own; the method's time limit is shorter.
  private static var longestCall: TimeAmount { .hours(24) }

  private func causeMeta(_ cause: PluginMeta.Cause, _ link: LinkID, now: NIODeadline) throws(RPCError) -> CallMeta {
    switch cause {
    case .request(let id):
      guard let call = links[link]?.serving[id], let meta = calls[call]?.meta else {
        throw .denied("\(link.plugin) named request \(id) as cause, which it is not serving")
      }
      var inherited = meta
      // The right to see every tenant is asked for anew with each call.
      inherited.system = false
      inherited.collections = nil
      inherited.contributor = nil
      return inherited
    case .job(let text):
      guard let job = causes.job(text, of: link, now: now) else {
        throw .denied("\(link.plugin) named a job as cause on which it holds no lease")
      }
      return CallMeta(tenant: job.tenant, principal: job.principal, requestID: "job:\(job.id)", deadline: now + Self.longestCall)
    }
  }

  /// Notes a denied call; a plugin that keeps trying is logged ever more rarely.
  func audit(_ plugin: String, _ method: String, _ error: RPCError) {
    plugins[plugin]?.metrics.deny(method, reason: error.message)
    let count = plugins[plugin]?.metrics.denied ?? 0
    guard count & (count - 1) == 0 else { return }
    logger.warning(
      "call denied",
      metadata: ["plugin": "\(plugin)", "method": "\(method.prefix(128))", "reason": "\(error.message)", "denied": "\(count)"])
  }

  func receive(cancelOf request: Int64, from link: LinkID) {
    if let call = links[link]?.calling[request] { cancel(call) }
  }

  func receive(_ message: StreamMessage, for request: Int64, from link: LinkID) {
    if let call = links[link]?.calling[request] { forward(message, of: call) }
  }

  func receive(notification method: String, _ params: ByteBuffer, from link: LinkID) {
    if method == "$/log" { return log(params, of: link) }
    guard let notification = hostNotifications[method], let state = links[link], state.hasServed,
      state.policy.provides.contains(notification.capability)
    else { return }
    notification.handler(params)
  }

  /// What a plugin says, for the host's log; its text is cut, its level is its own.
  private func log(_ params: ByteBuffer, of link: LinkID) {
    guard params.readableBytes <= 65_536, let json = try? JSON(parsing: Array(params.readableBytesView)),
      let message = json["message"].string
    else { return }
    var metadata: Logger.Metadata = ["plugin": "\(link.plugin)"]
    for (key, value) in json["metadata"].object?.members.prefix(16) ?? [] where metadata[key] == nil {
      metadata[String(key.prefix(64))] = "\((value.string ?? value.text).prefix(1_024))"
    }
    logger.log(
      level: Logger.Level(rawValue: json["level"].string ?? "info") ?? .info, "\(message.prefix(4_096))", metadata: metadata)
  }

  /// Runs a method of the host, in the task of its request and not on the loop.
  nonisolated func serve(_ served: ServedRequest, of link: LinkID) async -> Reply {
    guard let accepted = await takeHostRequest(served.request.id, of: link) else {
      return .failure(RPCError(.internal, "request lost"))
    }
    let request = HostRequest(caller: link, meta: accepted.meta, params: served.request.params, outgoing: served.outgoing)
    do throws(RPCError) {
      return .result(try await accepted.method.handler(request))
    } catch {
      return .failure(error)
    }
  }

  private func takeHostRequest(_ request: Int64, of link: LinkID) -> AcceptedHostRequest? {
    links[link]?.hostRequests.removeValue(forKey: request)
  }
}
