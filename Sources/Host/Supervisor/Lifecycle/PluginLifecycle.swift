/// Decides what becomes of one plugin: events in, actions out. Touches nothing; the clock and the dice are handed in.
package struct PluginLifecycle: Sendable {
  package enum Event: Sendable, Equatable {
    /// The host starts, the configuration changed, or an operator wants another try.
    case start
    /// There is no process. `permanent`: only a change of configuration can help.
    case launchFailed(permanent: Bool)
    /// There is a process, but it said something wrong on the way to ready.
    case handshakeFailed(String, permanent: Bool)
    /// A candidate would be ready, and waits to be let in.
    case proven
    case ready
    case pingAnswered
    case pingMissed
    /// The connection ended; `isFault`: because the plugin broke the protocol, and not because it closed it, as at its end.
    case connectionLost(String, isFault: Bool)
    /// The process is gone and reaped. `permanent`: it said so by its exit code.
    case exited(permanent: Bool)
    case fired(Timer)
    case stop
    /// The plugin has finished what it was serving.
    case drained
  }

  package enum Action: Sendable, Equatable {
    case launch
    case drain
    /// SIGTERM.
    case terminate
    /// SIGKILL, and why.
    case kill(String)
    case wake(Timer, after: Duration)
    /// Stopped: nothing will follow.
    case finish
  }

  /// A wake-up call; one of an earlier state is ignored.
  package struct Timer: Sendable, Equatable {
    package enum Kind: Sendable { case ready, healthy, retry, drain, grace, lost }
    package let kind: Kind
    let state: Int
  }

  package private(set) var state = PluginState.disabled
  /// Starts after the first one.
  package private(set) var restarts = 0
  /// What the wait is for, in `backoff` and `quarantined`.
  package private(set) var nextStart: ContinuousClock.Instant?

  private let restart: RestartPolicy
  private let health: HealthPolicy
  private let grace: Duration
  private var intensity: RestartIntensity
  private var backoff: Backoff
  private var misses = 0
  private var launched = false
  private var hasProcess = false
  private var isProbe = false
  /// On trial beside another version: its first failure is its end.
  private var isCandidate: Bool
  private var isHopeless = false
  private var terminated = false
  /// Grows with every change of state, so that timers of earlier ones go unheard.
  private var stateNumber = 0

  package init(restart: RestartPolicy, health: HealthPolicy, grace: Duration = .seconds(2), isCandidate: Bool = false) {
    self.isCandidate = isCandidate
    self.restart = restart
    self.health = health
    self.grace = grace
    intensity = RestartIntensity(limit: restart.intensity, period: restart.period)
    backoff = Backoff(restart.backoff)
  }

  /// - Parameter random: from 0 up to, not including, 1; for the jitter.
  package mutating func handle(_ event: Event, at now: ContinuousClock.Instant, random: Double) -> [Action] {
    switch event {
    case .start: start()
    case .launchFailed(let permanent): gone(permanent: permanent, at: now, random: random)
    case .handshakeFailed(let reason, let permanent): handshakeFailed(reason, permanent: permanent)
    case .proven: proven()
    case .ready: ready()
    case .pingAnswered: pingAnswered()
    case .pingMissed: pingMissed()
    case .connectionLost(let reason, let isFault): connectionLost(reason, isFault: isFault)
    case .exited(let permanent): gone(permanent: permanent, at: now, random: random)
    case .fired(let timer): timer.state == stateNumber ? fired(timer.kind) : []
    case .stop: stop()
    case .drained: drained()
    }
  }
}

extension PluginLifecycle {
  private mutating func enter(_ next: PluginState) {
    state = next
    stateNumber += 1
    nextStart = nil
  }

  private func wake(_ kind: Timer.Kind, after delay: Duration) -> Action { .wake(Timer(kind: kind, state: stateNumber), after: delay) }

  private mutating func launch() -> [Action] {
    if launched { restarts += 1 }
    launched = true
    hasProcess = true
    misses = 0
    enter(.starting)
    return [.launch, wake(.ready, after: health.ready)]
  }

  private mutating func start() -> [Action] {
    guard !hasProcess else { return [] }
    intensity.reset()
    backoff.reset()
    isProbe = false
    isHopeless = false
    terminated = false
    return launch()
  }

  private mutating func proven() -> [Action] {
    guard state == .starting else { return [] }
    enter(.standby)
    return []
  }

  private mutating func ready() -> [Action] {
    guard state == .starting || state == .standby else { return [] }
    isCandidate = false
    enter(.ready)
    return [wake(.healthy, after: restart.healthy)]
  }

  private mutating func handshakeFailed(_ reason: String, permanent: Bool) -> [Action] {
    guard state == .starting || state == .standby else { return [] }
    isHopeless = isHopeless || permanent
    return kill(reason)
  }

  private mutating func pingAnswered() -> [Action] {
    misses = 0
    if state == .degraded { state = .ready }
    return []
  }

  private mutating func pingMissed() -> [Action] {
    guard state == .ready || state == .degraded else { return [] }
    misses += 1
    state = .degraded
    return misses >= health.misses ? kill("hung: \(misses) pings unanswered") : []
  }

  /// A process that only closed its connection is most likely ending, and its own exit status says more than our kill.
  private func connectionLost(_ reason: String, isFault: Bool) -> [Action] {
    guard hasProcess, state != .draining else { return [] }
    return isFault ? kill(reason) : [wake(.lost, after: .seconds(2))]
  }

  private func kill(_ reason: String) -> [Action] { [.kill(reason)] }

  /// No process (any more): stay down, wait, or begin again.
  private mutating func gone(permanent: Bool, at now: ContinuousClock.Instant, random: Double) -> [Action] {
    guard hasProcess else { return [] }
    hasProcess = false
    if state == .draining || isCandidate {
      enter(.stopped)
      return [.finish]
    }
    if permanent || isHopeless {
      enter(.failed)
      return []
    }
    if intensity.exceeds(at: now) || isProbe {
      isProbe = true
      return rest(.quarantined, restart.probe, at: now)
    }
    let delay = backoff.next(random: random)
    return delay == .zero ? launch() : rest(.backoff, delay, at: now)
  }

  private mutating func rest(_ next: PluginState, _ delay: Duration, at now: ContinuousClock.Instant) -> [Action] {
    enter(next)
    nextStart = now + delay
    return [wake(.retry, after: delay)]
  }

  private mutating func stop() -> [Action] {
    switch state {
    case .draining, .stopped: return []
    case .ready, .degraded:
      enter(.draining)
      return [.drain, wake(.drain, after: health.drain)]
    case .starting, .standby:
      enter(.draining)
      return terminate()
    case .disabled, .backoff, .quarantined, .failed:
      enter(.stopped)
      return [.finish]
    }
  }

  private mutating func drained() -> [Action] { state == .draining && !terminated ? [wake(.drain, after: grace)] : [] }

  private mutating func terminate() -> [Action] {
    terminated = true
    return [.terminate, wake(.grace, after: grace)]
  }

  private mutating func fired(_ kind: Timer.Kind) -> [Action] {
    switch kind {
    case .ready: return state == .starting ? kill("not ready within \(health.ready)") : []
    case .healthy:
      guard state == .ready || state == .degraded else { return [] }
      intensity.reset()
      backoff.reset()
      isProbe = false
      return []
    case .retry: return state == .backoff || state == .quarantined ? launch() : []
    case .drain: return state == .draining && !terminated ? terminate() : []
    case .lost: return kill("closed its connection and did not end")
    case .grace: return state == .draining ? kill("did not end after TERM") : []
    }
  }
}
