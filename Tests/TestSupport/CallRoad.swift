import Foundation
import JSONRPC
package import NIOCore
import UnixTransport

/// The router's process, a provider's behind it and a constant server behind that. What the host does for a plugin – carry calls to others –
/// is done here; storage says yes to everything.
package struct CallRoad: Sendable {
  package let chat: UnsupervisedPlugin
  package let provider: UnsupervisedPlugin
  /// The server's base address.
  package let url: String
  private let server: RunningProcess
  /// The server serves until it ends.
  private let leash: Pipe
  private let folder: URL

  private static let messages: JSON = [
    ["role": "system", "content": "Be brief."], ["role": "user", "content": .string(String(repeating: "What is the time? ", count: 20))],
  ]
  package static let params = ByteBuffer(bytes: JSON.object(["model": "gpt-4o-mini", "messages": messages, "max_tokens": 100]).bytes)
  private static let routed = ByteBuffer(bytes: JSON.object(["alias": "qa", "messages": messages, "max_tokens": 100]).bytes)
  private static let pieces = ByteBuffer(
    bytes: JSON.object(["alias": "qa", "messages": messages, "max_tokens": 100, "deltas": true]).bytes)

  /// Opens one beside the body.
  ///
  /// - Parameter limit: the tenant's tokens of a month; 0 = nothing is held before a call.
  package static func with<Result>(limit: Int64 = 0, _ body: (CallRoad) async throws -> Result) async throws -> Result {
    let road = try await open(limit)
    do {
      let result = try await body(road)
      try await road.close()
      return result
    } catch {
      try await road.close()
      throw error
    }
  }

  private static func open(_ limit: Int64) async throws -> CallRoad {
    let folder = try HostProcess.makeDirectory()
    let address = folder.appending(path: "port")
    let leash = Pipe()
    let server = try RunningProcess(
      program: HostProcess.products.appending(path: "ModelBenchmark"), arguments: ["serve"], environment: [:], log: address,
      input: leash.fileHandleForReading)
    let port = try await eventually("the server's port") {
      (try? String(contentsOf: address, encoding: .utf8)).flatMap { $0.hasSuffix("\n") ? $0.dropLast() : nil }
    }
    let url = "http://127.0.0.1:\(port)/v1"
    let log = folder.appending(path: "plugins.log")
    let provider = try await UnsupervisedPlugin.start(
      "hivecore-llm-openai", config: ["base_url": .string(url), "connections": 128], log: log,
      host: { _ in .failure(RPCError(.methodNotFound, "nothing is served here")) })
    let storage = ByteBuffer(bytes: storageAnswer(limit).bytes)
    let chat = try await UnsupervisedPlugin.start(
      "hivecore-chat", config: ["aliases": ["default": "llm-openai/gpt-4o-mini"]], log: log
    ) { served in
      guard served.request.method.hasPrefix("llm.complete@") else { return .result(storage) }
      return await relay(served, to: provider)
    }
    return CallRoad(chat: chat, provider: provider, url: url, server: server, leash: leash, folder: folder)
  }

  private func close() async throws {
    await chat.stop()
    await provider.stop()
    server.kill()
    try FileManager.default.removeItem(at: folder)
  }

  @Sendable package func throughProvider() async throws { _ = try await provider.call("llm.complete", Self.params, meta: meta()) }

  @Sendable package func throughRouter() async throws { _ = try await chat.call("models.complete", Self.routed, meta: meta()) }

  @Sendable package func inPieces() async throws {
    let call = await chat.connection.start(
      OutboundCall("models.complete", params: Self.pieces, meta: meta(), deadline: .now() + .seconds(60)))
    for try await _ in call.incoming {}
    if let error = await call.reply().rpcError { throw error }
  }

  /// What the host stamps on a call.
  private func meta() -> [UInt8] {
    JSON.object([
      "deadline_ms": 60_000, "tenant": "7b0c1d2e-0000-4000-8000-00000000000b", "operation_id": .string(UUID().uuidString),
    ]).bytes
  }

  private static func relay(_ served: ServedRequest, to provider: UnsupervisedPlugin) async -> Reply {
    let call = OutboundCall(
      "llm.complete", params: served.request.params, meta: Array(#"{"deadline_ms":60000}"#.utf8), deadline: .now() + .seconds(60))
    let relayed = await provider.connection.start(call)
    do {
      for try await bytes in relayed.incoming { try await served.outgoing.send(bytes) }
    } catch {
      relayed.cancel()
    }
    served.outgoing.finishIfUsed()
    return await relayed.reply()
  }

  /// One answer that fits every question the router asks.
  private static func storageAnswer(_ limit: Int64) -> JSON {
    let budget: JSON = ["used": 0, "committed": 0, "announced": 0, "max_tokens_per_month": .int(limit)]
    let result: JSON = ["ids": ["x"], "row": budget, "rows": [], "count": 1]
    return ["row": budget, "rows": [], "results": .array(Array(repeating: result, count: 6))]
  }
}
