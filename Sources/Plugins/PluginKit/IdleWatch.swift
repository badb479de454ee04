import NIOCore
import Synchronization

/// Notices once that nothing was asked for a while; the next request makes it watch again. Costs no wake-up while idle.
final class IdleWatch: Sendable {
  private struct State {
    var lastUse: NIODeadline = .uptimeNanoseconds(0)
    var isArmed = false
  }

  private let eventLoop: any EventLoop
  private let pause: TimeAmount
  private let becameIdle: @Sendable () -> Void
  private let state = Mutex(State())

  init(on eventLoop: any EventLoop, after pause: TimeAmount, _ becameIdle: @escaping @Sendable () -> Void) {
    self.eventLoop = eventLoop
    self.pause = pause
    self.becameIdle = becameIdle
  }

  /// Something was asked.
  func touch() {
    let now = eventLoop.now
    let mustArm = state.withLock { state in
      state.lastUse = now
      defer { state.isArmed = true }
      return !state.isArmed
    }
    if mustArm { look(at: now + pause) }
  }

  private func look(at deadline: NIODeadline) {
    eventLoop.scheduleTask(deadline: deadline) { [self] in
      let next = state.withLock { state -> NIODeadline? in
        let end = state.lastUse + pause
        guard end <= eventLoop.now else { return end }
        state.isArmed = false
        return nil
      }
      if let next { look(at: next) } else { becameIdle() }
    }
  }
}
