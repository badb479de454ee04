import Foundation
package import JSONRPC

/// llmock: a server that speaks OpenAI's and Anthropic's APIs, breaks them on demand and judges its clients.
package struct LLMock: Sendable {
  package let url: String
  private let process: RunningProcess
  private let folder: URL

  /// Runs one beside the body.
  package static func with(_ arguments: [String] = [], _ body: (LLMock) async throws -> Void) async throws {
    let mock = try await start(arguments)
    defer {
      mock.process.kill()
      try? FileManager.default.removeItem(at: mock.folder)
    }
    try await body(mock)
  }

  private static func start(_ arguments: [String]) async throws -> LLMock {
    let folder = try HostProcess.makeDirectory()
    let log = folder.appending(path: "llmock.log")
    let program = HostProcess.sources.appending(path: ".build/venv/bin/llmock")
    let process = try RunningProcess(
      program: program, arguments: ["serve", "--port", "0", "--log-level", "info"] + arguments, environment: ["NO_COLOR": "1"], log: log)
    let url = try await eventually("llmock's address", within: .seconds(60)) {
      let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
      return text.firstMatch(of: /running on (http:\/\/127\.0\.0\.1:\d+)/).map { String($0.1) }
    }
    return LLMock(url: url, process: process, folder: folder)
  }

  /// Queues faults and replies; each is used once.
  package func queue(_ behaviors: JSON...) async throws {
    _ = try await send("POST", "/_llmock/scenario", ["behaviors": .array(behaviors)])
  }

  package func reset() async throws { _ = try await send("POST", "/_llmock/reset", [:]) }

  /// Every request it served, oldest first.
  package func requests() async throws -> [JSON] { try await send("GET", "/_llmock/requests")["requests"].array ?? [] }

  /// What it holds against its client, warnings included.
  ///
  /// It takes a request for a retry only when it has seen the attempt before end: not so on a busy machine, when the client saw it first. What it
  /// says of such an attempt is left out.
  package func findings() async throws -> [String] {
    let findings = try await send("GET", "/_llmock/verdict")["findings"].array ?? []
    let requests = try await requests()
    return findings.filter { finding in
      guard let last = requests.last(where: { $0["seq"] == finding["requests"].array?.last }) else { return true }
      return !requests.contains { Self.isRetry($0, of: last) && $0["started_at"].double ?? 0 < last["ended_at"].double ?? 0 }
    }.map { "\($0["code"].text) \($0["title"].text)" }
  }

  private static func isRetry(_ request: JSON, of earlier: JSON) -> Bool {
    request["fingerprint"] == earlier["fingerprint"] && request["seq"].int ?? 0 > earlier["seq"].int ?? 0
  }

  private func send(_ method: String, _ path: String, _ body: JSON? = nil) async throws -> JSON {
    let data = body.map { ["--data-binary", $0.text] } ?? []
    let result = try await RunningProcess.run(
      program: URL(filePath: "/usr/bin/env"), arguments: ["curl", "-sS", "--max-time", "30", "-X", method, url + path] + data)
    return try JSON(parsing: result.output)
  }
}
