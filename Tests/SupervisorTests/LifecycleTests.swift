import Testing

@testable import Supervisor

/// Drives a lifecycle on a clock of its own and remembers its wake-up calls.
private struct Rig {
  var lifecycle: PluginLifecycle
  var now = ContinuousClock.now
  var timers: [(timer: PluginLifecycle.Timer, at: ContinuousClock.Instant)] = []
  var random = 0.5

  init(intensity: Int = 5, misses: Int = 3, isCandidate: Bool = false) {
    lifecycle = PluginLifecycle(
      restart: RestartPolicy(intensity: intensity),
      health: HealthPolicy(ready: .seconds(10), ping: .seconds(5), misses: misses, drain: .seconds(30)),
      isCandidate: isCandidate)
  }

  @discardableResult
  mutating func send(_ event: PluginLifecycle.Event) -> [PluginLifecycle.Action] {
    var actions: [PluginLifecycle.Action] = []
    for action in lifecycle.handle(event, at: now, random: random) {
      if case .wake(let timer, let delay) = action {
        timers.append((timer, now + delay))
      } else {
        actions.append(action)
      }
    }
    return actions
  }

  /// Lets time pass, with every wake-up call in it.
  @discardableResult
  mutating func advance(_ duration: Duration) -> [PluginLifecycle.Action] {
    let end = now + duration
    var actions: [PluginLifecycle.Action] = []
    while let index = timers.indices.filter({ timers[$0].at <= end }).min(by: { timers[$0].at < timers[$1].at }) {
      let (timer, at) = timers.remove(at: index)
      now = max(now, at)
      actions += send(.fired(timer))
    }
    now = end
    return actions
  }

  mutating func untilReady() {
    send(.start)
    send(.ready)
  }
}

struct LifecycleTests {
  @Test func `starts, becomes ready, and stops when it has drained`() {
    var rig = Rig()
    #expect(rig.send(.start) == [.launch])
    #expect(rig.lifecycle.state == .starting)
    rig.send(.ready)
    #expect(rig.lifecycle.state == .ready)
    #expect(rig.send(.stop) == [.drain])
    #expect(rig.lifecycle.state == .draining)
    #expect(rig.send(.drained) == [])
    #expect(rig.send(.connectionLost("end of file", isFault: false)) == [])
    #expect(rig.send(.exited(permanent: false)) == [.finish])
    #expect(rig.lifecycle.state == .stopped && rig.lifecycle.restarts == 0)
  }

  @Test func `restarts a crashed plugin at once, then waits longer and longer`() {
    var rig = Rig(intensity: 100)
    rig.untilReady()
    #expect(rig.send(.exited(permanent: false)) == [.launch])
    #expect(rig.lifecycle.restarts == 1)
    for bound in [100, 200, 400, 800] {
      #expect(rig.send(.exited(permanent: false)) == [])
      #expect(rig.lifecycle.state == .backoff)
      #expect(rig.advance(.milliseconds(bound / 2 - 1)) == [])
      #expect(rig.advance(.milliseconds(1)) == [.launch])
    }
  }

  @Test func `never waits longer than the upper bound`() {
    var rig = Rig(intensity: 1000)
    rig.random = 0.999
    rig.untilReady()
    for _ in 0..<40 {
      rig.send(.exited(permanent: false))
      if let next = rig.lifecycle.nextStart { #expect(next - rig.now <= .seconds(30)) }
      rig.advance(.seconds(30))
      #expect(rig.lifecycle.state == .starting)
      rig.timers.removeAll()
    }
  }

  @Test func `quarantines past five crashes in a minute, and tries again every five minutes`() {
    var rig = Rig()
    rig.random = 0
    rig.untilReady()
    for _ in 0..<5 { #expect(rig.send(.exited(permanent: false)) == [.launch]) }
    #expect(rig.send(.exited(permanent: false)) == [])
    #expect(rig.lifecycle.state == .quarantined)
    #expect(rig.advance(.seconds(299)) == [])
    #expect(rig.advance(.seconds(1)) == [.launch])
    rig.send(.exited(permanent: false))
    #expect(rig.lifecycle.state == .quarantined)
  }

  @Test func `forgives after a healthy minute`() {
    var rig = Rig()
    rig.random = 0
    rig.untilReady()
    for _ in 0..<5 { rig.send(.exited(permanent: false)) }
    rig.send(.ready)
    rig.advance(.seconds(60))
    for _ in 0..<5 { #expect(rig.send(.exited(permanent: false)) == [.launch]) }
    rig.send(.exited(permanent: false))
    #expect(rig.lifecycle.state == .quarantined)
  }

  @Test func `crashes far apart never quarantine`() {
    var rig = Rig()
    rig.untilReady()
    for _ in 0..<20 {
      rig.send(.exited(permanent: false))
      rig.send(.ready)
      rig.advance(.seconds(61))
      #expect(rig.lifecycle.state == .ready)
    }
  }

  @Test func `stays down when only a change of configuration can help`() {
    for event in [PluginLifecycle.Event.exited(permanent: true), .launchFailed(permanent: true)] {
      var rig = Rig()
      rig.send(.start)
      #expect(rig.send(event) == [])
      #expect(rig.lifecycle.state == .failed)
      #expect(rig.advance(.seconds(3600)) == [])
      #expect(rig.send(.start) == [.launch])
    }
  }

  @Test func `a handshake that cannot succeed ends in failed`() {
    var rig = Rig()
    rig.send(.start)
    #expect(rig.send(.handshakeFailed("speaks protocol 9", permanent: true)) == [.kill("speaks protocol 9")])
    #expect(rig.send(.exited(permanent: false)) == [])
    #expect(rig.lifecycle.state == .failed)
  }

  @Test func `a launch that failed for want of resources is tried again`() {
    var rig = Rig()
    rig.send(.start)
    #expect(rig.send(.launchFailed(permanent: false)) == [.launch])
  }

  @Test func `kills a plugin that is never ready`() {
    var rig = Rig()
    rig.send(.start)
    #expect(rig.advance(.milliseconds(9_999)) == [])
    #expect(rig.advance(.milliseconds(1)) == [.kill("not ready within 10.0 seconds")])
    #expect(rig.send(.exited(permanent: false)) == [.launch])
  }

  @Test func `a timer of an earlier start is not heard`() {
    var rig = Rig()
    rig.send(.start)
    rig.advance(.seconds(9))
    rig.send(.exited(permanent: false))
    #expect(rig.advance(.seconds(9)) == [])
    #expect(rig.advance(.seconds(1)) == [.kill("not ready within 10.0 seconds")])
  }

  @Test func `unanswered pings degrade, then kill; an answer heals`() {
    var rig = Rig()
    rig.untilReady()
    #expect(rig.send(.pingMissed) == [])
    #expect(rig.lifecycle.state == .degraded)
    rig.send(.pingAnswered)
    #expect(rig.lifecycle.state == .ready)
    #expect(rig.send(.pingMissed) == [] && rig.send(.pingMissed) == [])
    #expect(rig.send(.pingMissed) == [.kill("hung: 3 pings unanswered")])
  }

  @Test func `a broken protocol kills the process behind it`() {
    var rig = Rig()
    rig.untilReady()
    #expect(rig.send(.connectionLost("frame of 0 bytes", isFault: true)) == [.kill("frame of 0 bytes")])
  }

  @Test func `a closed connection leaves the process a moment to end by itself`() {
    var rig = Rig()
    rig.untilReady()
    #expect(rig.send(.connectionLost("end of file", isFault: false)) == [])
    #expect(rig.advance(.seconds(2)) == [.kill("closed its connection and did not end")])
    #expect(rig.send(.exited(permanent: false)) == [.launch])
    rig.send(.connectionLost("end of file", isFault: false))
    #expect(rig.send(.exited(permanent: false)) == [])
    #expect(rig.advance(.seconds(2)) == [.launch])
  }

  @Test func `stopping goes from drain over TERM to KILL`() {
    var rig = Rig()
    rig.untilReady()
    rig.send(.stop)
    #expect(rig.advance(.seconds(29)) == [])
    #expect(rig.advance(.seconds(1)) == [.terminate])
    #expect(rig.advance(.seconds(2)) == [.kill("did not end after TERM")])
    #expect(rig.send(.exited(permanent: false)) == [.finish])
  }

  @Test func `a drained plugin that stays gets TERM after the grace`() {
    var rig = Rig()
    rig.untilReady()
    rig.send(.stop)
    rig.send(.drained)
    #expect(rig.advance(.seconds(2)) == [.terminate])
  }

  @Test func `stopping before ready sends TERM at once`() {
    var rig = Rig()
    rig.send(.start)
    #expect(rig.send(.stop) == [.terminate])
    #expect(rig.send(.ready) == [])
    #expect(rig.send(.exited(permanent: false)) == [.finish])
  }

  @Test func `stopping what is down is done at once`() {
    var rig = Rig()
    #expect(rig.send(.stop) == [.finish])
    #expect(rig.send(.stop) == [])
  }
}

/// A new version beside an old one.
struct CandidateTests {
  private func rig() -> Rig {
    var rig = Rig(isCandidate: true)
    rig.send(.start)
    return rig
  }

  @Test func `proves itself, waits as long as it takes, and lives on like any other`() {
    var rig = rig()
    #expect(rig.send(.proven) == [])
    #expect(rig.lifecycle.state == .standby)
    #expect(rig.advance(.seconds(60)) == [], "the time limit of a start is over")
    rig.send(.ready)
    #expect(rig.lifecycle.state == .ready)
    #expect(rig.send(.exited(permanent: false)) == [.launch], "from now on it is restarted")
  }

  @Test(arguments: [PluginLifecycle.Event.exited(permanent: false), .launchFailed(permanent: false), .exited(permanent: true)])
  func `its first failure is its end`(_ event: PluginLifecycle.Event) {
    var starting = rig()
    #expect(starting.send(event) == [.finish])
    #expect(starting.lifecycle.state == .stopped)
    var proven = rig()
    proven.send(.proven)
    #expect(proven.send(event) == [.finish])
    #expect(proven.lifecycle.state == .stopped)
  }

  @Test func `what is wrong on the way is killed and not tried again`() {
    var rig = rig()
    #expect(rig.advance(.seconds(10)) == [.kill("not ready within 10.0 seconds")])
    #expect(rig.send(.exited(permanent: false)) == [.finish])
    var refused = self.rig()
    refused.send(.proven)
    #expect(refused.send(.handshakeFailed("migration failed", permanent: false)) == [.kill("migration failed")])
    #expect(refused.send(.exited(permanent: false)) == [.finish])
  }

  @Test func `may be called off`() {
    var rig = rig()
    rig.send(.proven)
    #expect(rig.send(.stop) == [.terminate])
    #expect(rig.send(.exited(permanent: false)) == [.finish])
  }
}
