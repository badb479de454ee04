import Catalogue
import JSONRPC
import NIOCore
import PluginProtocol
import Router
import UnixTransport

/// The router as the gateway, identity and events see it.
struct RoutedCaller: PluginCaller {
  let router: MessageRouter

  func call(_ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError) -> [UInt8] {
    Array(buffer: try await router.call(method, ByteBuffer(bytes: params), CallMeta(context)))
  }

  func upload(
    _ method: String, _ params: [UInt8], _ context: CallContext, chunks: some AsyncSequence<[UInt8], any Error> & Sendable
  ) async throws(RPCError) -> [UInt8] {
    let call = await router.start(method, ByteBuffer(bytes: params), CallMeta(context))
    do {
      for try await chunk in chunks { try await call.outgoing.send(chunk) }
      call.outgoing.finish()
    } catch is RPCError {
      // The call ended before all was sent; its reply says why.
      call.cancel()
    } catch {
      call.cancel()
      throw RPCError(.cancelled, "the upload broke off")
    }
    return Array(buffer: try await call.result())
  }

  func download(_ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError) -> any PluginDownload {
    try await RoutedDownload.start(router, method, params, context)
  }
}

extension CallMeta {
  /// The gateway's context with the router's clock.
  init(_ context: CallContext) {
    let left = context.deadline - .now
    let nanoseconds = left.components.seconds * 1_000_000_000 + left.components.attoseconds / 1_000_000_000
    self.init(
      tenant: context.tenant, principal: context.principal?.json ?? .null, requestID: context.requestID, traceparent: context.traceparent,
      deadline: .now() + .nanoseconds(nanoseconds), system: context.system, operationID: context.operationID,
      contributor: context.contributor.map { CallContributor(plugin: $0.plugin, hostCollections: $0.hostCollections) })
  }
}
