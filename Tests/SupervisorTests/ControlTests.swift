import Foundation
import JSONRPC
import Logging
import NIOPosix
import Testing

@testable import Supervisor

@Suite(.timeLimit(.minutes(1)))
struct ControlTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString.prefix(8).lowercased()).path
  private let loop = MultiThreadedEventLoopGroup.singleton.next()
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func serve(owner: UInt32) async throws -> ControlServer {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let methods = [
      ControlMethod("status", "") { params throws(RPCError) in ["params": params] },
      ControlMethod("fail", "") { _ throws(RPCError) in throw .application("no", status: 409, "not now") },
    ]
    return try await ControlServer.start(path: folder + "/control.sock", owner: owner, methods: methods, on: loop, logger: logger)
  }

  @Test func `answers what the table holds`() async throws {
    let server = try await serve(owner: getuid())
    let client = try await ControlClient.connect(path: folder + "/control.sock", on: loop)
    #expect(try await client.call("status", ["x": 1]) == ["params": ["x": 1]])
    let refused = await #expect(throws: RPCError.self) { try await client.call("fail") }
    #expect(refused?.applicationCode == "no" && refused?.message == "not now")
    let unknown = await #expect(throws: RPCError.self) { try await client.call("statsu") }
    #expect(unknown?.message == "this host knows no 'statsu', did you mean 'status'?")
    let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/control.sock")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    client.close()
    await server.stop()
    #expect(!FileManager.default.fileExists(atPath: folder + "/control.sock"))
  }

  @Test func `says that no host is running`() async {
    let error = await #expect(throws: ControlClient.NoHost.self) { try await ControlClient.connect(path: folder + "/none.sock", on: loop) }
    #expect(error?.description.hasPrefix("no host is running here: \(folder)/none.sock") == true)
  }

  @Test func `replaces a socket that a killed host left behind`() async throws {
    let first = try await serve(owner: getuid())
    let second = try await serve(owner: getuid())
    let client = try await ControlClient.connect(path: folder + "/control.sock", on: loop)
    #expect(try await client.call("status") == ["params": [:]])
    client.close()
    await second.stop()
    await first.stop()
  }

  @Test func `refuses a path the kernel cannot hold`() async {
    let path = "/tmp/" + String(repeating: "x", count: 110)
    await #expect(throws: (any Error).self) {
      _ = try await ControlServer.start(path: path, owner: 0, methods: [], on: loop, logger: logger)
    }
  }

  @Test func `one host at a time on a data directory`() async throws {
    let run = folder + "/data/run"
    let first = try await RunLock.take(run, pid: getpid())
    let refusal = await #expect(throws: RunLock.Refusal.self) { try await RunLock.take(run, pid: 1) }
    #expect(refusal?.description == "another hivecore (pid \(getpid())) is running on \(folder)/data")
    #expect(try FileManager.default.attributesOfItem(atPath: run)[.posixPermissions] as? Int == 0o700)
    withExtendedLifetime(first) {}
  }

  @Test func `waits for what a dead host left running, but not for ever`() async throws {
    let run = folder + "/run"
    // No process can have this pid: the kernel's highest is 2²² − 1.
    var dead: RunLock? = try await RunLock.take(run, pid: 1 << 22)
    let refusal = await #expect(throws: RunLock.Refusal.self) {
      try await RunLock.take(run, pid: getpid(), patience: .milliseconds(50))
    }
    #expect(refusal?.description == "processes of an earlier hivecore still hold \(run)/lock")
    withExtendedLifetime(dead) {}
    dead = nil
    _ = try await RunLock.take(run, pid: getpid())
  }
}
