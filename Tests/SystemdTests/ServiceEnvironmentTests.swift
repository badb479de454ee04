import Testing

@testable import Systemd

@Suite struct ServiceEnvironmentTests {
  @Test func `what a manager says is understood`() {
    let environment = ServiceEnvironment(
      [
        "NOTIFY_SOCKET": "@news", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7", "LISTEN_PID": "7", "LISTEN_FDS": "2",
        "LISTEN_FDNAMES": "http", "CREDENTIALS_DIRECTORY": "/run/credentials/x",
      ], pid: 7)
    #expect(environment.notifySocket == "@news" && environment.watchdog == .seconds(30))
    #expect(environment.listeners.map(\.descriptor) == [3, 4] && environment.listeners.map(\.name) == ["http", "unknown"])
    #expect(environment.credentialsDirectory == "/run/credentials/x")
  }

  @Test(arguments: [
    ["LISTEN_PID": "8", "LISTEN_FDS": "1"], ["LISTEN_FDS": "1"], ["LISTEN_PID": "7", "LISTEN_FDS": "0"],
    ["LISTEN_PID": "7", "LISTEN_FDS": "17"], ["LISTEN_PID": "7", "LISTEN_FDS": "x"], ["WATCHDOG_USEC": "1", "WATCHDOG_PID": "8"],
    ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "-5"], ["NOTIFY_SOCKET": ""], [:],
  ])
  func `what is meant for others, or is no number, is not heard`(variables: [String: String]) {
    #expect(ServiceEnvironment(variables, pid: 7) == ServiceEnvironment([:], pid: 7))
  }

  @Test func `each piece of news has its line`() throws {
    #expect(ServiceNotifier.line(.ready) == "READY=1" && ServiceNotifier.line(.stopping) == "STOPPING=1")
    #expect(ServiceNotifier.line(.status("one\nline")) == "STATUS=one line")
    let lines = ServiceNotifier.line(.reloading).split(separator: "\n")
    #expect(lines[0] == "RELOADING=1")
    let stamp = try #require(Int(lines[1].dropFirst("MONOTONIC_USEC=".count)))
    #expect(stamp > 0 && lines[1].hasPrefix("MONOTONIC_USEC="))
  }
}
