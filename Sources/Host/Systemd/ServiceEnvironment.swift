/// What a service manager says to a service through its environment.
///
/// Source: sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3), systemd.exec(5) on credentials.
package struct ServiceEnvironment: Sendable, Equatable {
  /// Where to send what becomes of the service: a path, or `@` and the name of an abstract socket.
  package private(set) var notifySocket: String?
  /// How often the manager wants to hear from us before it kills us.
  package private(set) var watchdog: Duration?
  /// Sockets that were bound for us.
  package private(set) var listeners: [InheritedListener] = []
  /// Where the service's secrets lie.
  package private(set) var credentialsDirectory: String?

  private static let firstDescriptor: Int32 = 3
  private static let listenerLimit: Int32 = 16

  /// The one socket we serve.
  ///
  /// - Throws: when there are more, of which none could be served.
  package func listener() throws(InheritedListener.Unusable) -> InheritedListener? {
    guard listeners.count <= 1 else {
      throw InheritedListener.Unusable(description: "LISTEN_FDS brings \(listeners.count) sockets; one is served, for HTTP")
    }
    return listeners.first
  }

  /// - Parameter pid: ours; what was meant for another process is not heard.
  package init(_ environment: [String: String], pid: Int32) {
    notifySocket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    credentialsDirectory = environment["CREDENTIALS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
    let isWatched = environment["WATCHDOG_PID"].map { $0 == "\(pid)" } ?? true
    if isWatched, let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 {
      watchdog = .microseconds(microseconds)
    }
    guard environment["LISTEN_PID"] == "\(pid)", let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }),
      (1...Self.listenerLimit).contains(count)
    else { return }
    let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    listeners = (0..<count).map { index in
      InheritedListener(descriptor: Self.firstDescriptor + index, name: Int(index) < names.count ? names[Int(index)] : "unknown")
    }
  }
}
