import JSONRPC
import NIOCore
import PluginProtocol
import UnixTransport

extension MessageRouter {
  /// Begins a call. Its origin hears of the end exactly once, possibly before this returns.
  func start(_ id: Int, method text: String, params: ByteBuffer, meta: CallMeta, origin: RoutedCall.Origin) {
    do throws(RPCError) {
      guard let method = MethodName(text) else { throw .noMethod(text) }
      let plugin = try provider(of: method)
      calls[id] = RoutedCall(method, params: params, meta: meta, origin: origin, plugin: plugin)
      if plugins[plugin]?.queue.count == 0, hasRoom(plugin) { send(id) } else { try enqueue(id) }
    } catch {
      calls[id] = nil
      deliver(.finished(.failure(error)), to: origin)
    }
  }

  /// Chooses who serves: whoever is active with the least to do, else whoever is expected.
  private func provider(of method: MethodName) throws(RPCError) -> String {
    let candidates = plugins.values.filter { $0.mayServe(method) }
    let active = candidates.filter { $0.active != nil && $0.methods?[method.name] != nil }
    if let best = active.min(by: { (load($0), $0.policy.id) < (load($1), $1.policy.id) }) { return best.policy.id }
    if let coming = candidates.filter({ $0.outlook == .coming }).min(by: { $0.policy.id < $1.policy.id }) { return coming.policy.id }
    if let down = candidates.min(by: { $0.policy.id < $1.policy.id }), case .down(let reason, let retry) = down.outlook {
      throw .unavailable("\(down.policy.id) is down: \(reason)", plugin: down.policy.id, retryAfterMilliseconds: retry)
    }
    if plugins.values.contains(where: { $0.policy.provides.contains(method.capability) }) { throw .noMethod(method.name) }
    throw .unavailable("no plugin provides \(method.capability)")
  }

  private func load(_ entry: PluginEntry) -> Int {
    entry.queue.count + (entry.active.flatMap { links[$0]?.serving.count } ?? 0)
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
    while hasRoom(plugin), let id = plugins[plugin]?.queue.pop() { send(id) }
  }

  private func hasRoom(_ plugin: String) -> Bool {
    guard let entry = plugins[plugin], let active = entry.active, let link = links[active] else { return false }
    return link.connection.unansweredCount < entry.policy.concurrency
  }

  // MARK: - Sending

  /// Sends a call that is in no queue to the active incarnation, which has room.
  private func send(_ id: Int) {
    guard var call = calls[id], let entry = plugins[call.plugin], let active = entry.active, let connection = links[active]?.connection
    else { return }
    call.timer?.cancel()
    call.timer = nil
    guard let spec = entry.methods?[call.method.name] else { return finish(id, .failure(.noMethod(call.method.name))) }
    let held = call.prepare(for: spec)
    calls[id] = call
    let outbound = OutboundCall(
      call.method.name, params: call.params, meta: call.meta.bytes(now: .now()), deadline: call.meta.deadline)
    let sent = connection.call(outbound) { self.received($0, for: id, from: active) }
    guard let sent, calls[id] != nil else { return }
    calls[id]?.sent = (active, sent)
    links[active]?.serving[sent] = id
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
    calls[id]?.sent = nil
    if let error = interruption(reply) {
      deactivate(link)
      interrupted(id, error, link)
    } else {
      finish(id, reply)
    }
    pump(call.plugin)
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
    var isExpected = entry.outlook == .coming
    if let active = entry.active, active != link { isExpected = true }
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
    let isError = if case .result = reply { false } else { true }
    let microseconds = (NIODeadline.now() - call.started).nanoseconds / 1_000
    if plugins[call.plugin]?.methods?[call.method.name] != nil {
      plugins[call.plugin]?.metrics.record(call.method.name, microseconds: microseconds, isError: isError)
    }
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
