import Gateway
import Logging
import Router
import ServiceLifecycle
import Systemd

/// Keeps the service manager informed: ready when we are, alive as long as the router's loop turns, stopping when we do.
struct ServiceReport: Service {
  let host: RunningHost
  let environment: ServiceEnvironment
  let notifier: ServiceNotifier

  private static let readyInterval: Duration = .milliseconds(50)
  private static let statusInterval: Duration = .seconds(2)

  func run() async throws {
    await withDiscardingTaskGroup { group in
      if let timeout = environment.watchdog {
        let router = host.router
        group.addTask { await Watchdog(timeout: timeout, notifier: notifier) { await router.pulse() }.run() }
      }
      group.addTask { await reportReady() }
      try? await gracefulShutdown()
      notifier.send(.stopping, .status("stopping"))
      group.cancelAll()
    }
  }

  /// Ready is what `/api/health/ready/` says: every required capability answers, and the gateway listens. After that the status line follows
  /// what changes.
  private func reportReady() async {
    var said: String?
    while !Task.isCancelled {
      if let status = await status(), status != said {
        if let code = said == nil ? notifier.send(.ready, .status(status)) : notifier.send(.status(status)) {
          host.logger.warning("the service manager did not hear our status", metadata: ["errno": "\(code)"])
        }
        said = status
      }
      guard (try? await Task.sleep(for: said == nil ? Self.readyInterval : Self.statusInterval)) != nil else { return }
    }
  }

  /// - Returns: nil while we are not ready.
  private func status() async -> String? {
    let readiness = await host.readiness()
    guard let url = host.address.known else { return nil }
    let down = readiness.checks.filter { $0.state != "ok" }.map { "\($0.name) \($0.state)" }
    if down.isEmpty { return "serving \(url)" }
    return readiness.isReady ? "serving \(url), \(down.joined(separator: ", "))" : nil
  }
}
