import Foundation
import JSONRPC
import NIOCore
import NIOPosix
import UnixTransport

/// Round trips of a 200-byte body between two processes, beside a raw blocking ping-pong of the same bytes in the same run.
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
    if CommandLine.arguments.dropFirst().first == "raw-echo" { return RawSocket(descriptor: 3).echo() }
    let raw = try measureRaw()
    let connection = try await startPlugin()
    let loop = try await measureOnLoop(connection, "echo.say")
    let task = try await measureOnLoop(connection, "echo.task")
    let async = try await measureAsync(connection)
    let perSecond = try await measureConcurrent(connection, inFlight: 64)
    print("raw blocking ping-pong      p50 \(micro(raw)) us")
    print("call on the event loop      p50 \(micro(loop)) us   \(ratio(loop, raw)) x raw")
    print("  served by a task          p50 \(micro(task)) us   \(ratio(task, raw)) x raw")
    print("call with await             p50 \(micro(async)) us   \(ratio(async, raw)) x raw")
    print("64 in flight                \(perSecond) calls/s")
    guard Double(loop.components.attoseconds) <= 2 * Double(raw.components.attoseconds) else {
      print("over the budget of 2 x raw")
      exit(1)
    }
  }

  static func micro(_ duration: Duration) -> String { String(format: "%6.1f", Double(duration.components.attoseconds) / 1e12) }

  static func ratio(_ one: Duration, _ other: Duration) -> String {
    String(format: "%.2f", Double(one.components.attoseconds) / Double(other.components.attoseconds))
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

  static func startPlugin() async throws -> Connection {
    let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "EchoPlugin").path()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let connection = try await Connection.open(descriptor: try spawn(program, []), on: group.next()) {
      TaskServer($0, handle: { _ in .failure(RPCError(.methodNotFound, "")) })
    }
    let initialize = #"{"protocol":[1],"plugin":"echo","incarnation":1,"max_frame":4194304,"config":{},"secrets":{},"paths":{}}"#
    _ = try await connection.result(of: OutboundCall("$/initialize", params: ByteBuffer(string: initialize)))
    _ = try await connection.result(of: OutboundCall("$/ready", params: ByteBuffer(string: "{}")))
    return connection
  }

  // MARK: - Measurements

  static func measureRaw() throws -> Duration {
    let socket = RawSocket(descriptor: try spawn(CommandLine.arguments[0], ["raw-echo"]))
    let frame = MessageHead.request(id: 1, method: "echo.say", meta: meta).frame(Array(body.utf8))
    let clock = ContinuousClock()
    return median((0..<rounds).map { _ in clock.measure { socket.roundTrip(frame) } })
  }

  static func measureOnLoop(_ connection: Connection, _ method: String) async throws -> Duration {
    let promise = connection.eventLoop.makePromise(of: [Duration].self)
    connection.eventLoop.execute { CallChain(connection, call(method), promise).next() }
    return median(try await promise.futureResult.get())
  }

  static func measureAsync(_ connection: Connection) async throws -> Duration {
    let call = call("echo.say")
    let clock = ContinuousClock()
    var times: [Duration] = []
    for _ in 0..<rounds {
      let start = clock.now
      _ = try await connection.result(of: call)
      times.append(clock.now - start)
    }
    return median(times)
  }

  static func measureConcurrent(_ connection: Connection, inFlight: Int) async throws -> Int {
    let call = call("echo.say")
    let clock = ContinuousClock()
    let elapsed = try await clock.measure {
      try await withThrowingTaskGroup { group in
        for _ in 0..<inFlight {
          group.addTask { for _ in 0..<rounds / 8 { _ = try await connection.result(of: call) } }
        }
        try await group.waitForAll()
      }
    }
    return Int(Double(inFlight * (rounds / 8)) / (elapsed / .seconds(1)))
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
