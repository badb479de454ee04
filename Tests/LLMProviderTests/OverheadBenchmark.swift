import AsyncHTTPClient
import Foundation
import JSONRPC
import NIOCore
import NIOHTTP1
import NIOPosix
import PluginKit
import TestSupport
import Testing
import UnixTransport

@testable import Chat
@testable import LLMOpenAI

/// What router and provider add to a call that a constant server answers at once. Run with HIVECORE_BENCHMARK=calls; prints ratios.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["HIVECORE_BENCHMARK"] != nil)) struct OverheadBenchmark {
  private static let calls = Int(ProcessInfo.processInfo.environment["HIVECORE_BENCHMARK"] ?? "") ?? 1000

  @Test func `prints the time of a call by provider and by router as a ratio to a plain HTTP client`() async throws {
    try await ScriptedServer.with({ _, _ in .reply("constant") }) { server in
      let url = "http://127.0.0.1:\(server.port)/v1"
      let provider = try await PluginHarness(LLMOpenAIPlugin.self, config: ["base_url": .string(url), "connections": 128])
      let chat = try await PluginHarness(ChatPlugin.self, config: ["aliases": ["default": "llm-x/gpt-4o-mini"]]) {
        method, params, _ throws(RPCError) in
        if method.hasPrefix("llm.complete@") { return try await provider.call("llm.complete", params) }
        return ["row": .null, "rows": [], "results": []]
      }
      let http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
      let params: JSON = ["model": "gpt-4o-mini", "messages": [["role": "user", "content": "hello"]], "max_tokens": 10]
      let ways: [(String, @Sendable () async throws -> Void)] = [
        ("plain", { try await Self.plain(http, url, params) }), ("provider", { _ = try await provider.call("llm.complete", params) }),
        ("router", { _ = try await chat.call("models.complete", params) }),
      ]
      for parallel in [1, 16, 64] {
        var base: [Double] = []
        for (name, call) in ways {
          _ = try await Self.times(parallel, count: parallel * 4, call)
          let times = try await Self.times(parallel, count: Self.calls, call)
          let (p50, p99) = (times[times.count / 2], times[times.count * 99 / 100])
          if name == "plain" { base = [p50, p99] }
          let ratio = String(format: "p50 %.2f ms (%.2f x)  p99 %.2f ms (%.2f x)", p50, p50 / base[0], p99, p99 / base[1])
          print("overhead: \(parallel) at once, \(name): \(ratio)")
        }
      }
      let before = Self.residentMegabytes
      for part in 1...4 {
        _ = try await Self.times(64, count: Self.calls * 10, ways[2].1)
        print("overhead: resident \(Self.residentMegabytes) MB after \(part * Self.calls * 10) more calls (\(before) MB before)")
      }
      try await chat.shutdown()
      try await provider.shutdown()
      try await http.shutdown()
    }
  }

  /// Milliseconds of each call, sorted.
  private static func times(_ parallel: Int, count: Int, _ call: @escaping @Sendable () async throws -> Void) async throws -> [Double] {
    try await withThrowingTaskGroup(of: [Double].self) { group in
      for _ in 0..<parallel {
        group.addTask {
          var times: [Double] = []
          for _ in 0..<max(1, count / parallel) {
            let started = ContinuousClock.now
            try await call()
            times.append((ContinuousClock.now - started) / .milliseconds(1))
          }
          return times
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }.sorted()
    }
  }

  private static func plain(_ http: HTTPClient, _ url: String, _ params: JSON) async throws {
    var request = HTTPClientRequest(url: url + "/chat/completions")
    request.method = .POST
    request.body = .bytes(params.bytes)
    let response = try await http.execute(request, timeout: .seconds(30))
    _ = try JSON(parsing: Array(buffer: try await response.body.collect(upTo: 1 << 20)))
  }

  private static var residentMegabytes: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    return status.firstMatch(of: /VmRSS:\s+(\d+) kB/).flatMap { Int($0.1) }.map { $0 / 1024 } ?? 0
  }
}
