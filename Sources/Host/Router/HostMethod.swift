package import JSONRPC
package import NIOCore
package import UnixTransport

/// A method the host itself provides to plugins (docs/PROTOCOL.md, section 6.2).
package struct HostMethod: Sendable {
  package let name: String
  /// The grant a caller needs; nil for everybody.
  package let grant: Grant?
  /// Whether the call acts for a tenant, and so must name its cause.
  package let needsCause: Bool
  package let handler: @Sendable (HostRequest) async throws(RPCError) -> ByteBuffer

  package init(
    _ name: String, grant: Grant? = nil, needsCause: Bool = true,
    handler: @escaping @Sendable (HostRequest) async throws(RPCError) -> ByteBuffer
  ) {
    self.name = name
    self.grant = grant
    self.needsCause = needsCause
    self.handler = handler
  }
}

/// A plugin's call of a host method.
package struct HostRequest: Sendable {
  package let caller: LinkID
  package let meta: CallMeta
  package let params: ByteBuffer
  /// Result chunks, before the reply.
  package let outgoing: OutgoingStream

  /// The params, decoded.
  package func json() throws(RPCError) -> JSON {
    do {
      return try JSON(parsing: Array(params.readableBytesView))
    } catch {
      throw RPCError(.invalidParams, "params: \(error)")
    }
  }
}

/// A notification the host listens to, from providers of a capability that serve or finish serving.
package struct HostNotification: Sendable {
  package let name: String
  package let capability: String
  /// Called on the event loop: must not wait.
  package let handler: @Sendable (ByteBuffer) -> Void

  package init(_ name: String, from capability: String, handler: @escaping @Sendable (ByteBuffer) -> Void) {
    self.name = name
    self.capability = capability
    self.handler = handler
  }
}
