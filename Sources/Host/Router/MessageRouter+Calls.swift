import JSONRPC
import Logging
import NIOCore
import PluginProtocol
import UnixTransport

extension MessageRouter {
  /// Begins a call. Its origin hears of the end exactly once, possibly before this returns.
  func start(_ id: Int, method text: String, params: ByteBuffer, meta: CallMeta, origin: RoutedCall.Origin) {
    do throws(RPCError) {
      guard let method = MethodName(text) else { throw .noMethod(text) }
      var meta = meta
      confine(&meta, method)
      let plugin = try provider(of: method)
      try admit(plugin)
      calls[id] = RoutedCall(method, params: params, meta: meta, origin: origin, plugin: plugin)
      if plugins[plugin]?.queue.count == 0, let link = replica(of: plugin, for: method) {
        leave(id, for: link)
      } else {
        try enqueue(id)
      }
    } catch {
      calls[id] = nil
      deliver(.finished(.failure(error)), to: origin)
    }
  }

  /// Chooses who serves: whoever is active with the least to do, else whoever is expected.
  private func provider(of method: MethodName) throws(RPCError) -> String {
    let providers = providers[method.capability, default: []]
    if providers.count == 1, providers[0].mayServe(method), providers[0].serves(method) { return providers[0].policy.id }
    let candidates = providers.filter { $0.mayServe(method) }
    let active = candidates.filter { $0.serves(method) }
    if let best = active.min(by: { (load($0), $0.policy.id) < (load($1), $1.policy.id) }) { return best.policy.id }
    if let coming = candidates.filter({ $0.outlook == .coming }).min(by: { $0.policy.id < $1.policy.id }) { return coming.policy.id }
    if let down = candidates.min(by: { $0.policy.id < $1.policy.id }), case .down(let reason, let retry) = down.outlook {
      throw .unavailable("\(down.policy.id) is down: \(reason)", plugin: down.policy.id, retryAfterMilliseconds: retry)
    }
    if !providers.isEmpty { throw .noMethod(method.text) }
    throw .unavailable("no plugin provides \(method.capability)")
  }

  private func load(_ entry: PluginEntry) -> Int {
    entry.queue.count + entry.active.reduce(0) { $0 + (links[$1]?.serving.count ?? 0) }
  }

  /// Chooses the replica: of those with room the one with the least to do, of equals the quicker.
  private func replica(of plugin: String, for method: MethodName) -> LinkID? {
    let active = plugins[plugin]?.active ?? []
    let open = { (link: LinkID) in self.hasRoom(link) && self.links[link]?.methods?[method.name] != nil }
    guard active.count > 1 else { return active.first.flatMap { open($0) ? $0 : nil } }
    return active.filter(open).min { lhs, rhs in weight(lhs) < weight(rhs) }
  }

  private func weight(_ link: LinkID) -> (Int, Double, Int) {
    let state = links[link]
    return (state?.connection.unansweredCount ?? 0, state?.latency.microseconds ?? 0, link.incarnation)
  }

  private func hasRoom(_ link: LinkID) -> Bool {
    links[link]?.hasRoom ?? false
  }

  private func admit(_ plugin: String) throws(RPCError) {
    guard case .no(let pause) = plugins[plugin]?.breaker.admit(now: .now()) else { return }
    throw .circuitOpen(plugin, retryAfter: pause)
  }

  // MARK: - Waiting

  private func enqueue(_ id: Int) throws(RPCError) {
    guard let call = calls[id], let entry = plugins[call.plugin] else { return }
    guard call.meta.deadline > .now() else { throw .deadlineInQueue(call.plugin) }
    let hint = max(50, Int(entry.queue.count))
    switch plugins[call.plugin]?.queue.push(id, tenant: call.tenant) {
    case .queued, nil: break
    case .queuedInsteadOf(let other):
      plugins[call.plugin]?.metrics.overloaded += 1
      finish(other, .failure(.overloaded(call.plugin, retryAfterMilliseconds: hint)))
    case .full:
      plugins[call.plugin]?.metrics.overloaded += 1
      throw .overloaded(call.plugin, retryAfterMilliseconds: hint)
    }
    setTimer(id)
  }

  private func setTimer(_ id: Int) {
    guard let deadline = calls[id]?.meta.deadline else { return }
    calls[id]?.timer = eventLoop.scheduleTask(deadline: deadline) { self.assumeIsolated { $0.waitedTooLong(id) } }
  }

  private func waitedTooLong(_ id: Int) {
    guard let call = calls[id], call.sent == nil else { return }
    plugins[call.plugin]?.queue.remove(id, tenant: call.tenant)
    finish(id, .failure(.deadlineInQueue(call.plugin)))
  }

  /// Sends what waits, as far as the plugin takes it.
  func pump(_ plugin: String) {
    while plugins[plugin]?.active.contains(where: hasRoom) == true, let id = plugins[plugin]?.queue.pop() {
      guard let call = calls[id] else { continue }
      if let link = replica(of: plugin, for: call.method) {
        leave(id, for: link)
      } else if isServedByBusy(call) {
        plugins[plugin]?.queue.putBack(id, tenant: call.tenant)
        return
      } else {
        finish(id, .failure(.noMethod(call.method.name)))
      }
    }
  }

  /// Only a replica without room knows the method: while versions change.
  private func isServedByBusy(_ call: RoutedCall) -> Bool {
    (plugins[call.plugin]?.active ?? []).contains { links[$0]?.methods?[call.method.name] != nil }
  }

  // MARK: - Sending

  /// Sends a call that is in no queue, unless a fault is to befall it first.
  private func leave(_ id: Int, for link: LinkID) {
    guard let call = calls[id] else { return }
    guard let fault = plugins[call.plugin]?.faults?.draw(call.method.name) else { return send(id, to: link) }
    plugins[call.plugin]?.metrics.faults += 1
    switch fault {
    case .error: finish(id, .failure(.injected(call.method.name)))
    case .delay(let pause): later(id, after: pause)
    case .drop:
      calls[id]?.losesAnswer = true
      send(id, to: link)
    case .corrupt:
      send(id, to: link)
      links[link]?.connection.damageNextFrame()
    case .kill:
      send(id, to: link)
      links[link]?.controls?.kill()
    case .hang:
      send(id, to: link)
      links[link]?.controls?.suspend()
    }
  }

  /// Sends a call after a pause, to whoever has room then.
  private func later(_ id: Int, after pause: Duration) {
    if calls[id]?.timer == nil { setTimer(id) }
    eventLoop.scheduleTask(in: .nanoseconds(Int64(pause / .nanoseconds(1)))) {
      self.assumeIsolated { router in
        guard let call = router.calls[id], call.sent == nil else { return }
        if let link = router.replica(of: call.plugin, for: call.method) {
          router.send(id, to: link)
        } else {
          router.plugins[call.plugin]?.queue.putBack(id, tenant: call.tenant)
        }
      }
    }
  }

  /// Sends a call that is in no queue to an incarnation that has room.
  private func send(_ id: Int, to active: LinkID) {
    guard let call = calls[id], let link = links[active] else { return }
    let connection = link.connection
    call.timer?.cancel()
    call.timer = nil
    guard let spec = link.methods?[call.method.name] else { return finish(id, .failure(.noMethod(call.method.name))) }
    let held = call.prepare(for: spec)
    let outbound = OutboundCall(
      call.method.name, params: call.params, meta: call.meta.bytes(now: .now()), deadline: call.meta.deadline)
    let sent = connection.call(outbound) { self.received($0, for: id, from: active) }
    // The write may have found the connection broken: then the call is over, or waits, or is with another replica by now.
    guard let sent, links[active] === link, calls[id] != nil else { return }
    call.sent = (active, sent)
    call.left = .now()
    link.serving[sent] = id
    for message in held { connection.send(message, id: sent) }
  }

  /// What the serving plugin, or its connection, says of a call.
  private func received(_ event: CallEvent, for id: Int, from link: LinkID) {
    guard let call = calls[id] else { return }
    guard case .finished(let reply) = event else {
      calls[id]?.hasStreamed = true
      deliver(event, to: call.origin)
      return
    }
    if let sent = call.sent { links[link]?.serving[sent.id] = nil }
    call.sent = nil
    if let error = interruption(reply) {
      deactivate(link)
      if error.code == .pluginDied { countDeath(of: link) }
      interrupted(id, error, link)
    } else {
      settle(call, reply, link)
      if call.losesAnswer { lose(id) } else { finish(id, reply) }
    }
    pump(call.plugin)
  }

  /// What an answer says of the plugin.
  private func settle(_ call: RoutedCall, _ reply: Reply, _ link: LinkID) {
    if case .failure = reply { return }
    plugins[call.plugin]?.breaker.answered()
    links[link]?.latency.record(microseconds: (NIODeadline.now() - call.left).nanoseconds / 1_000)
  }

  /// Throws an answer away: an injected fault. The caller waits for its deadline.
  private func lose(_ id: Int) {
    guard let call = calls[id] else { return }
    let plugin = call.plugin
    call.timer = eventLoop.scheduleTask(deadline: call.meta.deadline) {
      self.assumeIsolated { $0.finish(id, .failure(.dropped(plugin))) }
    }
  }

  /// One death counts once, however many calls were in flight.
  private func countDeath(of link: LinkID) {
    guard links[link]?.hasFailed == false else { return }
    links[link]?.hasFailed = true
    guard plugins[link.plugin]?.breaker.died(now: .now()) == true else { return }
    logger.warning("circuit opened: a plugin keeps dying of its calls", metadata: ["plugin": "\(link.plugin)"])
  }

  /// The plugin ended, or goes away and wants the call to go elsewhere.
  private func interruption(_ reply: Reply) -> RPCError? {
    switch reply {
    case .result: return nil
    case .failure(let error): return error.code == .pluginDied || error.code == .unavailable ? error : nil
    case .error(let bytes):
      // Only an error that short can be a plain refusal; other errors pass unread.
      guard bytes.readableBytes < 1_024, let error = reply.rpcError, error.code == .draining else { return nil }
      return error
    }
  }

  private func interrupted(_ id: Int, _ error: RPCError, _ link: LinkID) {
    guard let call = calls[id], let entry = plugins[call.plugin] else { return finish(id, .failure(.died(link))) }
    let isUndelivered = error.code != .pluginDied
    let isExpected = entry.outlook == .coming || entry.active.contains { $0 != link }
    guard isExpected, isUndelivered || call.isRepeatable, !call.hasStreamed,
      call.attempts < RoutedCall.attemptLimit, NIODeadline.now() < call.meta.deadline
    else {
      finish(id, .failure(isUndelivered ? .unavailable("\(call.plugin) is going away", plugin: call.plugin) : .died(link)))
      return
    }
    plugins[call.plugin]?.metrics.retries += 1
    plugins[call.plugin]?.queue.putBack(id, tenant: call.tenant)
    setTimer(id)
  }

  // MARK: - Ending

  /// Ends a call: its origin hears of it, once.
  func finish(_ id: Int, _ reply: Reply) {
    guard let call = calls.removeValue(forKey: id) else { return }
    call.timer?.cancel()
    let now = NIODeadline.now()
    let isError = if case .result = reply { false } else { true }
    if let entry = plugins[call.plugin] {
      if isError { entry.breaker.inconclusive(now: now) }
      if entry.methods?[call.method.name] != nil {
        entry.metrics.record(call.method.name, microseconds: (now - call.started).nanoseconds / 1_000, isError: isError)
      }
    }
    if call.method.capability == StorageAccess.capability { noteDenial(call, reply) }
    deliver(.finished(reply), to: call.origin)
  }

  /// Gives up on a call; its origin hears `cancelled`.
  func cancel(_ id: Int) {
    guard let call = calls[id] else { return }
    if let sent = call.sent {
      links[sent.link]?.connection.cancel(sent.id)
    } else {
      plugins[call.plugin]?.queue.remove(id, tenant: call.tenant)
      finish(id, .failure(.cancelledInQueue))
    }
  }

  /// Chunks or credit from whoever made the call.
  func forward(_ message: StreamMessage, of id: Int) {
    guard let call = calls[id] else { return }
    guard let sent = call.sent else {
      calls[id]?.held.append(message)
      return
    }
    if case .chunk = message.kind { calls[id]?.hasStreamed = true }
    links[sent.link]?.connection.send(message, id: sent.id)
  }

  private func deliver(_ event: CallEvent, to origin: RoutedCall.Origin) {
    switch origin {
    case .host(let hear): hear(event)
    case .plugin(let link, let request):
      guard let connection = links[link]?.connection else { return }
      switch event {
      case .progress(let value): connection.progress(request, value)
      case .stream(let message): connection.send(message, id: request)
      case .finished(let reply):
        links[link]?.calling[request] = nil
        connection.reply(request, reply)
      }
    }
  }
}
