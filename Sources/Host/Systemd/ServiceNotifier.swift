import CLinux
import Glibc

/// Tells the service manager what becomes of us.
///
/// Source: sd_notify(3).
package struct ServiceNotifier: Sendable {
  package enum News: Sendable, Equatable {
    /// We serve; also after a reload.
    case ready
    case reloading
    case stopping
    /// We are alive.
    case watchdog
    /// One line for `systemctl status`.
    case status(String)
  }

  private let socket: String?

  /// - Parameter socket: nil = nobody listens.
  package init(socket: String?) { self.socket = socket }

  package var isHeard: Bool { socket != nil }

  /// - Returns: errno when the manager did not get it.
  @discardableResult
  package func send(_ news: News...) -> Int32? {
    guard let socket else { return nil }
    let text = news.map(Self.line).joined(separator: "\n")
    let code = unsafe hive_notify(socket, text)
    return code == 0 ? nil : code
  }

  static func line(_ news: News) -> String {
    switch news {
    case .ready: "READY=1"
    case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds)"
    case .stopping: "STOPPING=1"
    case .watchdog: "WATCHDOG=1"
    case .status(let text): "STATUS=\(text.replacing("\n", with: " "))"
    }
  }

  private static var monotonicMicroseconds: Int {
    var now = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1_000_000 + now.tv_nsec / 1000
  }
}
