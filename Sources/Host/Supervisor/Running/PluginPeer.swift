package import JSONRPC
import NIOCore
package import Router
import UnixTransport

/// One incarnation of a plugin, called directly and not through the router: for what must come before it gets calls.
package struct PluginPeer: Sendable {
  package let link: LinkID
  package let provides: Set<String>
  let connection: Connection

  /// Calls as the host itself.
  package func call(_ method: String, _ params: JSON, timeout: Duration) async throws(RPCError) -> JSON {
    let time = TimeAmount.nanoseconds(Int64(timeout / .nanoseconds(1)))
    let meta = CallMeta.host("\(link)", timeout: time)
    return try await call(method, params, meta: method.hasPrefix("$/") ? nil : meta.bytes(now: .now()), deadline: meta.deadline)
  }

  private func call(_ method: String, _ params: JSON, meta: [UInt8]?, deadline: NIODeadline) async throws(RPCError) -> JSON {
    let bytes = try await connection.result(
      of: OutboundCall(method, params: ByteBuffer(bytes: params.bytes), meta: meta, deadline: deadline))
    do {
      return try JSON(parsing: Array(bytes.readableBytesView))
    } catch {
      throw RPCError(.internal, "\(method) answered malformed JSON: \(error)")
    }
  }
}
