import Foundation
import Testing

@testable import Systemd

/// Over a real socket of the kind a service manager listens on.
@Suite struct NotifierTests {
  @Test(arguments: [true, false]) func `news arrives by path and by abstract name`(isAbstract: Bool) throws {
    let manager = try ManagerSocket(isAbstract: isAbstract)
    #expect(ServiceNotifier(socket: manager.address).send(.ready, .status("serving")) == nil)
    #expect(manager.next() == "READY=1\nSTATUS=serving")
  }

  @Test func `without a manager nothing is sent, and a manager that is gone is told`() {
    #expect(ServiceNotifier(socket: nil).send(.ready) == nil)
    #expect(ServiceNotifier(socket: "/nonexistent/notify").send(.ready) == ENOENT)
    #expect(ServiceNotifier(socket: "relative").send(.ready) == EINVAL)
    #expect(ServiceNotifier(socket: "/" + String(repeating: "x", count: 200)).send(.ready) == ENAMETOOLONG)
  }

  @Test func `the watchdog is fed only while the pulse comes back`() async throws {
    let manager = try ManagerSocket(isAbstract: true)
    let (stuck, release) = AsyncStream.makeStream(of: Void.self)
    let beats = AsyncStream.makeStream(of: Void.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let counter = Counter()
        await Watchdog(timeout: .milliseconds(30), notifier: ServiceNotifier(socket: manager.address)) {
          guard await counter.next() == 3 else { return }
          beats.continuation.yield()
          for await _ in stuck { return }
        }.run()
      }
      // Two beats have been sent when the third hangs.
      for await _ in beats.stream { break }
      #expect(manager.next() == "WATCHDOG=1" && manager.next() == "WATCHDOG=1")
      #expect(manager.next() == nil, "nothing while the pulse hangs")
      release.yield()
      let deadline = ContinuousClock.now + .seconds(20)
      var again: String?
      while again == nil, ContinuousClock.now < deadline {
        again = manager.next()
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(again == "WATCHDOG=1")
      group.cancelAll()
    }
  }

  @Test func `a descriptor that does not listen is not adopted`() throws {
    let file = unsafe open("/dev/null", O_RDONLY)
    let datagrams = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    let idle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { for descriptor in [file, datagrams, idle] { close(descriptor) } }
    for descriptor in [file, datagrams, idle, 9_999] {
      #expect(throws: InheritedListener.Unusable.self) { try InheritedListener(descriptor: descriptor, name: "x").adopt() }
    }
    #expect(listen(idle, 1) == 0)
    try InheritedListener(descriptor: idle, name: "x").adopt()
    #expect(fcntl(idle, F_GETFD) & FD_CLOEXEC != 0)
  }
}

private actor Counter {
  private var value = 0

  func next() -> Int {
    value += 1
    return value
  }
}

/// Where a service manager hears its services.
private final class ManagerSocket: Sendable {
  let address: String
  private let descriptor: Int32

  init(isAbstract: Bool) throws {
    let name = "/tmp/hivecore-notify-\(UUID().uuidString.prefix(8))"
    address = isAbstract ? "@" + name : name
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var socketAddress = sockaddr_un()
    socketAddress.sun_family = sa_family_t(AF_UNIX)
    let bytes = (isAbstract ? [0] : []) + Array(name.utf8)
    unsafe withUnsafeMutableBytes(of: &socketAddress.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let code = unsafe withUnsafePointer(to: &socketAddress) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) }
    }
    try #require(code == 0)
  }

  deinit {
    close(descriptor)
    if !address.hasPrefix("@") { unsafe unlink(address) }
  }

  /// What has arrived, if anything has.
  func next() -> String? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
