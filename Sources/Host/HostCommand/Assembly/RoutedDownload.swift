import Catalogue
import JSONRPC
import NIOCore
import Router
import Synchronization
import UnixTransport

/// A result stream, read at its consumer's pace.
actor RoutedDownload: PluginDownload {
  nonisolated let head: [UInt8]
  private let call: HostCall
  private var first: [UInt8]?

  private init(head: [UInt8], call: HostCall, first: [UInt8]?) {
    self.head = head
    self.call = call
    self.first = first
  }

  /// Calls and waits for the first bytes, or for the end when there are none.
  static func start(_ router: MessageRouter, _ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError)
    -> RoutedDownload
  {
    let announced = AnnouncedHead()
    let call = await router.start(method, ByteBuffer(bytes: params), CallMeta(context)) { announced.put($0) }
    let first = try await chunk(of: call)
    if let first { return RoutedDownload(head: announced.bytes ?? Array("{}".utf8), call: call, first: first) }
    let result = try await call.result()
    return RoutedDownload(head: announced.bytes ?? Array(buffer: result), call: call, first: nil)
  }

  func next() async throws(RPCError) -> [UInt8]? {
    if let bytes = first {
      first = nil
      return bytes
    }
    return try await Self.chunk(of: call)
  }

  nonisolated func cancel() { call.cancel() }

  /// The next bytes, or nil at the end of a stream that succeeded.
  private static func chunk(of call: HostCall) async throws(RPCError) -> [UInt8]? {
    do {
      let chunks = call.incoming.makeAsyncIterator()
      return try await chunks.next()
    } catch {
      throw error as? RPCError ?? RPCError(.internal, "the stream broke off")
    }
  }
}

/// What the method announced by `$/progress` before its first byte.
private final class AnnouncedHead: Sendable {
  private let value = Mutex<[UInt8]?>(nil)

  func put(_ bytes: ByteBuffer) { value.withLock { if $0 == nil { $0 = Array(buffer: bytes) } } }

  var bytes: [UInt8]? { value.withLock { $0 } }
}
