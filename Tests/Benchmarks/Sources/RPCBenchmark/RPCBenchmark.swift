import Foundation
import JSONRPC
import NIOCore
import NIOPosix
import UnixTransport

/// Round trips of a 200-byte body between two processes: direct, through the router, and through gRPC, beside a raw blocking ping-pong of the same
/// bytes in the same run.
@main
struct RPCBenchmark {
  static let rounds = 20_000
  static let body = #"{"text":"\#(String(repeating: "x", count: 189))"}"#

  /// What the host stamps on a call.
  static let meta = Array(
    #"{"deadline_ms":30000,"tenant":"5b0f2e9c-6f0b-4a43-9d0e-2f4b8f5e7c11","principal":{"kind":"key","id":"17","role":"owner"},"request_id":"r-1"}"#
      .utf8)

  static func call(_ method: String) -> OutboundCall { OutboundCall(method, params: ByteBuffer(string: body), meta: meta) }

  static func main() async throws {
    switch CommandLine.arguments.dropFirst().first {
    case "raw-echo": return RawSocket(descriptor: 3).echo()
    case "grpc-echo": return try await GRPCEcho.serve(path: CommandLine.arguments[2])
    default: break
    }
    let raw = try measureRaw()
    print("one in flight                    p50")
    show("raw blocking ping-pong", raw, raw)
    let direct = try await startPlugin()
    let loop = try await measureOnLoop(direct, call("echo.say"))
    show("direct, on the event loop", loop, raw)
    show("  served by a task", try await measureOnLoop(direct, call("echo.task")), raw)
    let routed = try await RoutedEcho.start(server: try spawn(echoProgram, []))
    let through = try await measureOnLoop(routed, RoutedEcho.call)
    show("through the router", through, raw)
    print("in flight                        p50            calls/s")
    for inFlight in [1, 16, 64] {
      show("direct, with await", inFlight, try await measure(inFlight) { _ = try await direct.result(of: call("echo.say")) }, raw)
      show("through the router", inFlight, try await measure(inFlight) { _ = try await routed.result(of: RoutedEcho.call) }, raw)
    }
    try await grpc(raw)
    guard nanoseconds(loop) <= 2 * nanoseconds(raw), nanoseconds(through) <= 4 * nanoseconds(raw) else {
      print("over the budget of 2 x raw direct, 4 x raw through the router")
      exit(1)
    }
  }

  private static func grpc(_ raw: Duration) async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "grpc-\(getpid()).socket").path()
    let server = try launch(CommandLine.arguments[0], ["grpc-echo", path])
    defer {
      server.terminate()
      unlink(path)
    }
    while !FileManager.default.fileExists(atPath: path) { try await Task.sleep(for: .milliseconds(10)) }
    try await GRPCEcho.withCall(path: path) { call in
      for inFlight in [1, 16, 64] { show("gRPC-swift-2", inFlight, try await measure(inFlight, call), raw) }
    }
  }

  static func nanoseconds(_ duration: Duration) -> Double { duration / .nanoseconds(1) }

  private static func show(_ name: String, _ time: Duration, _ raw: Duration) {
    let label = name.padding(toLength: 28, withPad: " ", startingAt: 0)
    print(label + String(format: "%8.1f us   %6.2f x raw", nanoseconds(time) / 1_000, nanoseconds(time) / nanoseconds(raw)))
  }

  private static func show(_ name: String, _ inFlight: Int, _ result: (p50: Duration, perSecond: Double), _ raw: Duration) {
    let label = "\(inFlight)".padding(toLength: 4, withPad: " ", startingAt: 0) + name.padding(toLength: 24, withPad: " ", startingAt: 0)
    let ratio = nanoseconds(result.p50) / nanoseconds(raw)
    print(label + String(format: "%8.1f us   %9.0f calls/s   %6.2f x raw", nanoseconds(result.p50) / 1_000, result.perSecond, ratio))
  }

  static func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }

  // MARK: - Processes

  static func spawn(_ program: String, _ arguments: [String]) throws -> CInt {
    let (mine, theirs) = try makeSocketPair()
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "exec \"$0\" \"$@\" 3<&0 </dev/null", program] + arguments
    process.standardInput = FileHandle(fileDescriptor: theirs, closeOnDealloc: true)
    try process.run()
    return mine
  }

  /// A process that is reached by other means than descriptor 3.
  static func launch(_ program: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    try process.run()
    return process
  }

  static var echoProgram: String {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "EchoPlugin").path()
  }

  static func startPlugin() async throws -> Connection {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let connection = try await Connection.open(descriptor: try spawn(echoProgram, []), on: group.next()) {
      TaskServer($0, handle: { _ in .failure(RPCError(.methodNotFound, "")) })
    }
    try await shakeHands(connection)
    return connection
  }

  static func shakeHands(_ connection: Connection) async throws {
    let initialize = #"{"protocol":[1],"plugin":"echo","incarnation":1,"max_frame":4194304,"config":{},"secrets":{},"paths":{}}"#
    _ = try await connection.result(of: OutboundCall("$/initialize", params: ByteBuffer(string: initialize)))
    _ = try await connection.result(of: OutboundCall("$/ready", params: ByteBuffer(string: "{}")))
  }

  // MARK: - Measurements

  static func measureRaw() throws -> Duration {
    let socket = RawSocket(descriptor: try spawn(CommandLine.arguments[0], ["raw-echo"]))
    let frame = MessageHead.request(id: 1, method: "echo.say", meta: meta).frame(Array(body.utf8))
    let clock = ContinuousClock()
    return median((0..<rounds).map { _ in clock.measure { socket.roundTrip(frame) } })
  }

  static func measureOnLoop(_ connection: Connection, _ call: OutboundCall) async throws -> Duration {
    let promise = connection.eventLoop.makePromise(of: [Duration].self)
    connection.eventLoop.execute { CallChain(connection, call, promise).next() }
    return median(try await promise.futureResult.get())
  }

  /// The same number of calls in all, whatever is in flight.
  static func measure(
    _ inFlight: Int, _ call: @escaping @Sendable () async throws -> Void
  ) async throws -> (p50: Duration, perSecond: Double) {
    let begun = ContinuousClock.now
    let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
      for _ in 0..<inFlight {
        group.addTask {
          var times: [Duration] = []
          for _ in 0..<rounds / inFlight {
            let start = ContinuousClock.now
            try await call()
            times.append(.now - start)
          }
          return times
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    return (median(times), Double(times.count) / ((ContinuousClock.now - begun) / .seconds(1)))
  }
}

/// One call after the other, without leaving the event loop.
final class CallChain {
  private let connection: Connection
  private let call: OutboundCall
  private let promise: EventLoopPromise<[Duration]>
  private var times: [Duration] = []
  private var start = ContinuousClock.now

  init(_ connection: Connection, _ call: OutboundCall, _ promise: EventLoopPromise<[Duration]>) {
    self.connection = connection
    self.call = call
    self.promise = promise
  }

  func next() {
    guard times.count < RPCBenchmark.rounds else { return promise.succeed(times) }
    start = .now
    connection.call(call) { [self] event in
      guard case .finished = event else { return }
      times.append(.now - start)
      next()
    }
  }
}
