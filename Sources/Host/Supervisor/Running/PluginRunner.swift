import JSONRPC
import Logging
import PluginProtocol
import Router
import Sandbox
import UnixTransport

/// Carries out what ``PluginLifecycle`` decides for one plugin.
actor PluginRunner {
  /// What happened, and to which incarnation; what an earlier one reports late is not heard.
  struct Happening: Sendable {
    let event: PluginLifecycle.Event
    let incarnation: Int?
  }

  let entry: ManifestDirectory.Entry
  let environment: PluginEnvironment
  let logger: Logger
  private var lifecycle: PluginLifecycle
  private let happenings: AsyncStream<Happening>
  private nonisolated let report: AsyncStream<Happening>.Continuation

  private var number = 0
  var current: Incarnation?
  /// The last kill's reason, until the exit it leads to.
  var killReason: String?
  /// The lifecycle wants the process gone that is only being started.
  private var isUnwanted = false
  private(set) var lastExit: LastExit?
  private var problem: String?
  private var settledWaiters: [CheckedContinuation<Void, Never>] = []
  private var endWaiters: [CheckedContinuation<Void, Never>] = []
  private var hasEnded = false

  nonisolated var manifest: Manifest { entry.manifest }
  nonisolated var id: String { entry.manifest.id }

  init(_ entry: ManifestDirectory.Entry, _ environment: PluginEnvironment) {
    self.entry = entry
    self.environment = environment
    var logger = environment.logger
    logger[metadataKey: "plugin"] = "\(entry.manifest.id)"
    self.logger = logger
    lifecycle = PluginLifecycle(restart: entry.manifest.restart, health: entry.manifest.health)
    // Bounded by what one process can do: a few events for each start, and pings.
    (happenings, report) = AsyncStream.makeStream(of: Happening.self, bufferingPolicy: .bufferingNewest(1_024))
  }

  nonisolated func send(_ event: PluginLifecycle.Event, of incarnation: Int? = nil) {
    report.yield(Happening(event: event, incarnation: incarnation))
  }

  /// Lives as long as the plugin is wanted. When its task is cancelled the process is killed.
  func run() async {
    await withDiscardingTaskGroup { group in
      for await happening in happenings {
        guard happening.incarnation == nil || happening.incarnation == number else { continue }
        if await handle(happening.event, in: &group) { break }
      }
      current?.process.kill()
      isUnwanted = true
      group.cancelAll()
    }
    hasEnded = true
    for waiter in settledWaiters + endWaiters { waiter.resume() }
    (settledWaiters, endWaiters) = ([], [])
  }

  /// - Returns: true when there is nothing left to do.
  private func handle(_ event: PluginLifecycle.Event, in group: inout DiscardingTaskGroup) async -> Bool {
    let before = lifecycle.state
    let actions = lifecycle.handle(event, at: .now, random: Double.random(in: 0..<1))
    if lifecycle.state != before { await entered(lifecycle.state, from: before) }
    for action in actions {
      switch action {
      case .launch: launch(in: &group)
      case .drain: drain(in: &group)
      case .terminate: end { $0.terminate() }
      case .kill(let reason):
        killReason = killReason ?? reason
        logger.warning("plugin killed", metadata: ["reason": "\(reason)", "pid": "\(current?.process.pid ?? 0)"])
        end { $0.kill() }
      case .wake(let timer, let delay):
        group.addTask {
          guard (try? await Task.sleep(for: delay)) != nil else { return }
          self.send(.fired(timer))
        }
      case .finish: return true
      }
    }
    return false
  }

  private func launch(in group: inout DiscardingTaskGroup) {
    number += 1
    isUnwanted = false
    killReason = nil
    let number = number
    group.addTask { await self.live(number) }
  }

  private func drain(in group: inout DiscardingTaskGroup) {
    guard let current else { return }
    group.addTask { await self.drain(current) }
  }

  private func end(_ how: (any PluginProcess) -> Void) {
    if let current { how(current.process) } else { isUnwanted = true }
  }

  // MARK: - What live(_:) reports

  func started(_ incarnation: Incarnation) {
    current = incarnation
    if isUnwanted { incarnation.process.kill() }
  }

  func ended(_ exit: LastExit) {
    lastExit = exit
    current = nil
    problem = exit.summary
  }

  // MARK: - State changes

  private func entered(_ state: PluginState, from before: PluginState) async {
    let metadata: Logger.Metadata = ["incarnation": "\(number)", "restarts": "\(lifecycle.restarts)"]
    let why: Logger.Metadata = metadata.merging(["reason": "\(problem ?? "")"]) { $1 }
    switch state {
    case .ready:
      if before == .starting {
        problem = nil
        logger.info("plugin ready", metadata: metadata)
        await environment.hooks.ready(id)
      }
    case .starting:
      if before != .disabled { logger.warning("plugin restarting", metadata: why) }
      if before != .quarantined { await environment.router.setOutlook(.coming, of: id) }
    case .backoff: await backOff(why)
    case .quarantined:
      logger.error("plugin quarantined: it keeps ending", metadata: why)
      await down("quarantined: \(problem ?? "it keeps ending")")
    case .failed:
      logger.error("plugin stays down until its configuration changes", metadata: why)
      await down(problem ?? "cannot start")
    case .degraded: logger.warning("plugin does not answer pings", metadata: metadata)
    case .draining: await down("stopping")
    case .stopped:
      logger.info("plugin stopped", metadata: metadata)
      await down("stopped")
    case .disabled: break
    }
    guard state != .starting else { return }
    for waiter in settledWaiters { waiter.resume() }
    settledWaiters = []
  }

  /// Callers wait through a short pause, and are told of a long one.
  private func backOff(_ why: Logger.Metadata) async {
    let pause = lifecycle.nextStart.map { $0 - .now } ?? .zero
    logger.warning("plugin ended, restarting after a pause", metadata: why.merging(["pause": "\(pause)"]) { $1 })
    if pause > .seconds(1) { await down("restarting: \(problem ?? "it ended")", retryAfter: pause) }
  }

  private func down(_ reason: String, retryAfter: Duration? = nil) async {
    let milliseconds = retryAfter.map { Int($0 / .milliseconds(1)) }
    await environment.router.setOutlook(.down(reason, retryAfterMilliseconds: milliseconds), of: id)
  }

  // MARK: - For the supervisor

  /// Waits until the first start has led to something: ready, a pause, or worse.
  func settled() async {
    guard !hasEnded, lifecycle.state == .starting || lifecycle.state == .disabled else { return }
    await withCheckedContinuation { settledWaiters.append($0) }
  }

  func ended() async {
    guard !hasEnded else { return }
    await withCheckedContinuation { endWaiters.append($0) }
  }

  var status: PluginStatus {
    let isUp = lifecycle.state != .starting
    return PluginStatus(
      id: id, version: manifest.version, provides: manifest.provides, state: lifecycle.state, pid: current?.process.pid,
      incarnation: number, restarts: lifecycle.restarts, uptime: isUp ? current.map { .now - $0.started } : nil,
      memory: current.flatMap { ProcessMemory.read(pid: $0.process.pid) }, lastExit: lastExit, problem: problem,
      confinement: current?.process.confinement, lines: current?.tail.lines ?? lastExit?.tail.lines ?? [])
  }
}

/// One run of a plugin's program.
struct Incarnation: Sendable {
  let number: Int
  let process: any PluginProcess
  let tail: OutputTail
  let started: ContinuousClock.Instant
  let link: LinkID
  let connection: Connection
}
