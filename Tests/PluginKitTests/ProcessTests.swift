import Foundation
import JSONRPC
import NIOCore
import NIOPosix
import TestSupport
import Testing
import UnixTransport

/// The test plugin as a process of its own, with the socket as descriptor 3.
private struct EchoProcess: Sendable {
  let process: RunningProcess
  let connection: Connection
  let log: URL

  init() async throws {
    let (mine, theirs) = try makeSocketPair()
    let directory = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let program = directory.appending(path: "EchoPlugin")
    try #require(FileManager.default.isExecutableFile(atPath: program.path()), "build it first: \(program.path())")
    defer { close(theirs) }
    log = FileManager.default.temporaryDirectory.appending(path: "echo-\(UUID().uuidString.prefix(8)).log")
    process = try RunningProcess(program: program, arguments: [], environment: [:], log: log, socket: theirs)
    connection = try await Connection.open(descriptor: mine, on: MultiThreadedEventLoopGroup.singleton.next()) {
      TaskServer($0, handle: { _ in .failure(RPCError(.methodNotFound, "")) })
    }
  }

  func call(_ method: String, _ params: String = "{}") async -> Reply {
    await connection.call(OutboundCall(method, params: ByteBuffer(string: params), deadline: .now() + .seconds(20)))
  }

  func initialize(config: String = "{}") async -> Reply {
    await call(
      "$/initialize", #"{"protocol":[1],"plugin":"echo","incarnation":1,"max_frame":4194304,"config":\#(config),"secrets":{},"paths":{}}"#)
  }

  /// Waits for its end.
  func exit() async throws -> (code: Int32, said: String) {
    defer { try? FileManager.default.removeItem(at: log) }
    return (await process.waitUntilExit(), try String(contentsOf: log, encoding: .utf8))
  }
}

@Suite(.timeLimit(.minutes(1))) struct ProcessTests {
  @Test func `serves as a process and exits 0 at shutdown`() async throws {
    let echo = try await EchoProcess()
    let expected = ByteBuffer(string: #"{"protocol":1,"name":"hivecore-echo","version":"1.0.0"}"#)
    #expect(await echo.initialize() == .result(expected))
    #expect(await echo.call("$/ready") == .result(ByteBuffer(string: "{}")))
    #expect(await echo.call("echo.say", #"{"a":1.50}"#) == .result(ByteBuffer(string: #"{"a":1.50}"#)))
    #expect(await echo.call("$/shutdown") == .result(ByteBuffer(string: "{}")))
    #expect(try await echo.exit().code == 0)
  }

  @Test(arguments: ["echo.hold", "echo.spin"])
  func `exits at end of file whatever it is doing`(method: String) async throws {
    let echo = try await EchoProcess()
    _ = await echo.initialize()
    _ = await echo.call("$/ready")
    let lost = await echo.connection.start(OutboundCall(method, params: ByteBuffer(string: "{}")))
    #expect(await echo.call("$/ping") == .result(ByteBuffer(string: "{}")))
    echo.connection.close()
    #expect(try await echo.exit().code == 0)
    #expect(await lost.reply().rpcError?.code == .pluginDied)
  }

  @Test func `says why its configuration is wrong and exits 78`() async throws {
    let echo = try await EchoProcess()
    let reply = await echo.initialize(config: #"{"refuse":"model \"gpt-9\" is unknown"}"#)
    #expect(reply.rpcError?.applicationCode == "configuration")
    let (code, said) = try await echo.exit()
    #expect(code == 78 && said == "hivecore-echo: model \"gpt-9\" is unknown\n")
  }
}
