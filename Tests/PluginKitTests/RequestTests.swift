import JSONRPC
import NIOCore
import PluginKit
import Synchronization
import TestSupport
import Testing
import UnixTransport

@Suite(.timeLimit(.minutes(1))) struct RequestTests {
  @Test func `passes errors that are meant for the caller and hides the others`() async throws {
    let harness = try await PluginHarness(Probe.self)
    let defined = await #expect(throws: RPCError.self) { try await harness.call("probe.application", [:]) }
    #expect(defined == .application("not_found", status: 404, "No Task matches the given query."))
    let hidden = await #expect(throws: RPCError.self) { try await harness.call("probe.secret", [:]) }
    #expect(hidden == RPCError(.internal, "probe.secret failed in hivecore-probe"))
    for await note in harness.notifications where note.method == "$/log" {
      #expect(note.params == ["level": "error", "message": "request failed", "metadata": ["method": "probe.secret", "error": "Secret()"]])
      break
    }
    let unknown = await #expect(throws: RPCError.self) { try await harness.call("probe.nothing", [:]) }
    #expect(unknown == RPCError(.methodNotFound, "hivecore-probe has no method probe.nothing"))
  }

  @Test func `answers an inline method with its bytes or its error`() async throws {
    let harness = try await PluginHarness(Probe.self)
    #expect(try await harness.call("probe.inline", ["a": [1]]) == ["a": [1]])
    let error = await #expect(throws: RPCError.self) { try await harness.call("probe.inline", ["fail": true]) }
    #expect(error == RPCError(.internal, "probe.inline failed in hivecore-probe"))
  }

  @Test func `answers at once what is easy, and the rest in a task`() async throws {
    let harness = try await PluginHarness(Probe.self)
    #expect(try await harness.call("probe.either", ["a": [1]]) == ["a": [1]])
    #expect(try await harness.call("probe.either", ["a": "longer than twenty bytes"]) == ["later": true])
    let error = await #expect(throws: RPCError.self) { try await harness.call("probe.either", ["fail": "longer than twenty bytes"]) }
    #expect(error == RPCError(.internal, "probe.either failed in hivecore-probe"))
  }

  @Test func `answers pings while it serves, and lives on after a reply too large`() async throws {
    let harness = try await PluginHarness(Probe.self)
    async let held: Void = {
      await #expect(throws: RPCError.self) { try await harness.call("probe.hold", [:], deadline: .milliseconds(500)) }
    }()
    for await note in harness.notifications where note.method == "probe.holding" { break }
    #expect(try await harness.call("$/ping", [:]) == [:])
    let error = await #expect(throws: RPCError.self) { try await harness.call("probe.big", [:]) }
    #expect(error == RPCError(.frameTooLarge, "result of 5000002 bytes, limit 4194304"))
    #expect(try await harness.call("$/ping", [:]) == [:])
    await held
  }

  @Test func `cancels a handler whose caller gave up`() async throws {
    let harness = try await PluginHarness(Probe.self)
    let error = await #expect(throws: RPCError.self) { try await harness.call("probe.hold", [:], deadline: .milliseconds(1)) }
    #expect(error?.code == .deadline)
    // The plugin's own answer comes after and is dropped: then nothing is open any more.
    while try await harness.connection.eventLoop.submit({ harness.connection.unansweredCount }).get() > 0 {
      #expect(try await harness.call("$/ping", [:]) == [:])
    }
  }

  @Test func `calls with the cause of its request, of a job, or its own account`() async throws {
    let harness = try await PluginHarness(Probe.self) { method, params, meta throws(RPCError) in
      ["method": .string(method), "params": params, "meta": meta]
    }
    let asked = try await harness.call("probe.call", ["x": 1])
    // Two requests came before: initialize and ready.
    #expect(asked == ["method": "other.ask", "params": ["x": 1], "meta": ["cause": 3, "operation_id": "op-1"]])
    #expect(try await harness.call("probe.job", [:])["meta"] == ["cause": "job:7", "deadline_ms": 5000])
    #expect(try await harness.call("probe.own", [:])["meta"] == ["system": true])
  }

  @Test func `names its transactions after a request that may be repeated`() async throws {
    let seen = Mutex<[String?]>([])
    let harness = try await PluginHarness(Probe.self) { _, _, meta throws(RPCError) in
      seen.withLock { $0.append(meta["operation_id"].string) }
      return ["results": []]
    }
    for _ in 0..<2 { _ = try await harness.call("probe.transact", [:], operationID: "op") }
    _ = try await harness.call("probe.transact", [:])
    #expect(seen.withLock { $0 } == ["op/1", "op/2", "op/1", "op/2", nil, nil])
    try await harness.shutdown()
  }

  @Test func `hands the error of a call to the handler and on to its caller`() async throws {
    let harness = try await PluginHarness(Probe.self) { _, _, _ throws(RPCError) in
      throw RPCError(.overloaded, "full", data: ["retry_after_ms": 100])
    }
    let error = await #expect(throws: RPCError.self) { try await harness.call("probe.call", [:]) }
    #expect(error == RPCError(.overloaded, "full", data: ["retry_after_ms": 100]))
  }

  @Test func `streams a body in and a result out`() async throws {
    let harness = try await PluginHarness(Probe.self)
    let text = Array(String(repeating: "swift ", count: 250_000).utf8)
    let (result, bytes) = try await harness.stream("probe.upper", ["stream": true], upload: text)
    #expect(result == ["count": 1_500_000])
    #expect(bytes == Array(String(repeating: "SWIFT ", count: 250_000).utf8))
  }

  @Test func `uploads and downloads through the host`() async throws {
    let harness = try await PluginHarness(
      Probe.self,
      hostStreams: { served in
        if served.request.method == "other.put" {
          var count = 0
          for try await piece in served.incoming { count += piece.count }
          return ["received": .int(count)]
        }
        for _ in 0..<20 { try await served.outgoing.send(Array(repeating: 1, count: 65_000)) }
        return ["size": 1_300_000]
      })
    #expect(try await harness.call("probe.upload", [:]) == ["received": 1_500_000])
    #expect(try await harness.call("probe.download", [:]) == ["sum": 1_300_000, "result": ["size": 1_300_000]])
  }

  @Test func `gives up an upload that the other side refuses`() async throws {
    let harness = try await PluginHarness(Probe.self, hostStreams: { _ in throw RPCError(.denied, "no grant for other") })
    let error = await #expect(throws: RPCError.self) { try await harness.call("probe.upload", [:]) }
    #expect(error == RPCError(.denied, "no grant for other"))
  }
}
