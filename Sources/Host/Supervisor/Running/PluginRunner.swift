import JSONRPC
import Logging
import PluginProtocol
import Router
import Sandbox
import Synchronization
import UnixTransport

/// Carries out what ``PluginLifecycle`` decides for one replica of a plugin.
actor PluginRunner {
  /// What happened, and to which incarnation; what an earlier one reports late is not heard.
  struct Happening: Sendable {
    let event: PluginLifecycle.Event
    let incarnation: Int?
  }

  /// What the replicas of one plugin share, through all versions of it.
  struct Shared: Sendable {
    let numbers: IncarnationNumbers
    let history: OutputHistory
  }

  nonisolated let manifest: Manifest
  /// The supervisor's number of the replica.
  nonisolated let slot: Int
  let environment: PluginEnvironment
  let shared: Shared
  let logger: Logger
  /// Of a new version beside an old one: opened when it may take over.
  nonisolated let admission: Gate?
  /// Opened once it has finished what it was serving on the way out.
  nonisolated let drained = Gate()
  private var lifecycle: PluginLifecycle
  private let happenings: AsyncStream<Happening>
  private nonisolated let report: AsyncStream<Happening>.Continuation

  private var number = 0
  var current: Incarnation?
  /// The last kill's reason, until the exit it leads to.
  var killReason: String?
  /// The lifecycle wants the process gone that is only being started.
  private var isUnwanted = false
  private var killCause: ExitCause?
  private(set) var lastExit: LastExit?
  private(set) var problem: String?
  private var settledWaiters: [(states: Set<PluginState>, waiter: CheckedContinuation<Void, Never>)] = []
  private var endWaiters: [CheckedContinuation<Void, Never>] = []
  private var hasEnded = false

  nonisolated var id: String { manifest.id }

  /// - Parameter isCandidate: it proves itself beside another version, and serves once ``admission`` opens.
  init(_ manifest: Manifest, slot: Int, isCandidate: Bool, shared: Shared, environment: PluginEnvironment) {
    self.manifest = manifest
    self.slot = slot
    self.environment = environment
    self.shared = shared
    admission = isCandidate ? Gate() : nil
    var logger = environment.logger
    logger[metadataKey: "plugin"] = "\(manifest.id)"
    self.logger = logger
    lifecycle = PluginLifecycle(restart: manifest.restart, health: manifest.health, isCandidate: isCandidate)
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
    drained.open()
    await environment.router.setOutlook(nil, of: id, slot: slot)
    for waiter in settledWaiters.map(\.waiter) + endWaiters { waiter.resume() }
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
        killCause = killCause ?? ExitCause(killedAfter: event)
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
    number = shared.numbers.next()
    isUnwanted = false
    killReason = nil
    killCause = nil
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
    shared.history.append("ended: \(exit.summary)", stream: "host", incarnation: exit.incarnation)
  }

  /// What ended the process, in one word.
  func exitCause(_ status: TerminationStatus, ranOutOfMemory: Bool) -> ExitCause {
    if ranOutOfMemory { return .oom }
    if let killCause { return killCause }
    if lifecycle.state == .draining { return .stopped }
    if case .signal = status { return .signal }
    return .code
  }

  // MARK: - State changes

  private func entered(_ state: PluginState, from before: PluginState) async {
    let metadata: Logger.Metadata = ["incarnation": "\(number)", "restarts": "\(lifecycle.restarts)"]
    let why: Logger.Metadata = metadata.merging(["reason": "\(problem ?? "")"]) { $1 }
    switch state {
    case .ready:
      if before == .starting || before == .standby {
        problem = nil
        logger.info("plugin ready", metadata: metadata)
        shared.history.append("ready, pid \(current?.process.pid ?? 0)", stream: "host", incarnation: number)
        await environment.hooks.ready(id)
      }
    case .starting:
      if before != .disabled { logger.warning("plugin restarting", metadata: why) }
      if before != .quarantined { await environment.router.setOutlook(.coming, of: id, slot: slot) }
    case .standby: logger.info("new version of the plugin is ready to take over", metadata: metadata)
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
    for waiter in settledWaiters where !waiter.states.contains(state) { waiter.waiter.resume() }
    settledWaiters.removeAll { !$0.states.contains(state) }
  }

  /// Callers wait through a short pause, and are told of a long one.
  private func backOff(_ why: Logger.Metadata) async {
    let pause = lifecycle.nextStart.map { $0 - .now } ?? .zero
    logger.warning("plugin ended, restarting after a pause", metadata: why.merging(["pause": "\(pause)"]) { $1 })
    if pause > .seconds(1) { await down("restarting: \(problem ?? "it ended")", retryAfter: pause) }
  }

  private func down(_ reason: String, retryAfter: Duration? = nil) async {
    let milliseconds = retryAfter.map { Int($0 / .milliseconds(1)) }
    await environment.router.setOutlook(.down(reason, retryAfterMilliseconds: milliseconds), of: id, slot: slot)
  }

  // MARK: - For the supervisor

  /// Waits until the state is none of these, or it has ended: by default until the first start has led to something.
  func settled(past states: Set<PluginState> = [.disabled, .starting]) async -> PluginState {
    guard !hasEnded, states.contains(lifecycle.state) else { return lifecycle.state }
    await withCheckedContinuation { settledWaiters.append((states, $0)) }
    return lifecycle.state
  }

  func ended() async {
    guard !hasEnded else { return }
    await withCheckedContinuation { endWaiters.append($0) }
  }

  var status: ReplicaStatus {
    let isUp = lifecycle.state != .starting
    return ReplicaStatus(
      state: lifecycle.state, pid: current?.process.pid, incarnation: number, restarts: lifecycle.restarts,
      uptime: isUp ? current.map { .now - $0.started } : nil, memory: current.flatMap { ProcessMemory.read(pid: $0.process.pid) },
      lastExit: lastExit, problem: problem ?? current?.process.tracer.map { "a debugger holds it, pid \($0)" },
      confinement: current?.process.confinement,
      lines: current?.tail.lines ?? lastExit?.tail.lines ?? [])
  }

  /// What its process uses now; nil without one.
  var resources: ProcessResources? { current?.process.resources }
}

/// Numbers a plugin's incarnations, over all its replicas and versions.
final class IncarnationNumbers: Sendable {
  private let last = Atomic(0)

  func next() -> Int { last.add(1, ordering: .relaxed).newValue }
}

extension ExitCause {
  /// The cause of a kill that an event led to.
  init(killedAfter event: PluginLifecycle.Event) {
    switch event {
    case .pingMissed, .fired: self = .watchdog
    default: self = .protocol
    }
  }
}

/// One run of a plugin's program.
struct Incarnation: Sendable {
  let number: Int
  let process: any PluginProcess
  let output: PluginOutput
  let tail: OutputTail
  let started: ContinuousClock.Instant
  let link: LinkID
  let connection: Connection
}
