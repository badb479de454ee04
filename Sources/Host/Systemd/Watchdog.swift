/// Lets the service manager know that we are alive, for as long as what matters answers.
package struct Watchdog: Sendable {
  private let interval: Duration
  private let notifier: ServiceNotifier
  private let pulse: @Sendable () async -> Void

  /// - Parameters:
  ///   - timeout: silence after which the manager kills us; we speak up three times as often.
  ///   - pulse: returns when what matters has answered. While it hangs nothing is sent.
  package init(timeout: Duration, notifier: ServiceNotifier, pulse: @escaping @Sendable () async -> Void) {
    interval = timeout / 3
    self.notifier = notifier
    self.pulse = pulse
  }

  /// Until the task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      await pulse()
      notifier.send(.watchdog)
      guard (try? await Task.sleep(for: interval)) != nil else { return }
    }
  }
}
