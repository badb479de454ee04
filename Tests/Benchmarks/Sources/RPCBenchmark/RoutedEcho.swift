import Foundation
import JSONRPC
import Logging
import NIOCore
import NIOPosix
import PluginProtocol
import Router
import UnixTransport

/// A plugin that calls another through the router: two sockets, three event loops, two processes.
enum RoutedEcho {
  /// - Returns: the calling plugin's end of its connection.
  static func start(server descriptor: CInt) async throws -> Connection {
    let loops = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let router = MessageRouter(eventLoop: loops.next(), logger: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() })
    let back = LinkID(plugin: "back", incarnation: 1)
    let front = LinkID(plugin: "front", incarnation: 1)
    await router.register(PluginPolicy(id: "back", provides: ["echo"], concurrency: 256, queueLength: 256))
    await router.register(PluginPolicy(id: "front", requires: ["echo"], grants: [.system]))
    var limits = ConnectionLimits()
    limits.frameByteLimit = 4 << 20
    let served = try await router.connect(back, descriptor: descriptor, limits: limits)
    try await RPCBenchmark.shakeHands(served)
    let methods = ["echo.say", "echo.task"].map { MethodSpec($0, "", idempotent: true) }
    await router.activate(back, methods: methods)
    let (near, far) = try makeSocketPair()
    _ = try await router.connect(front, descriptor: near, limits: limits)
    return try await Connection.open(descriptor: far, on: loops.next(), limits: limits) {
      TaskServer($0, handle: { _ in .failure(RPCError(.methodNotFound, "")) })
    }
  }

  /// What a plugin writes into its call; the router makes the rest.
  static let call = OutboundCall("echo.say", params: ByteBuffer(string: RPCBenchmark.body), meta: Array(#"{"system":true}"#.utf8))
}
