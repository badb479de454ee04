public import JSONRPC
import NIOCore
import UnixTransport

/// A call to serve.
public struct Request: Sendable {
  /// The name it was called by.
  public let method: String
  /// Who it is for and how long it may take.
  public let meta: Meta
  /// Calls made through it carry this request's tenant, principal and deadline.
  public let host: Host
  private let request: InboundRequest
  private let connection: Connection
  private let streams: (incoming: IncomingStream, outgoing: OutgoingStream)?

  /// - Parameter streams: nil for an inline method, which cannot wait for them.
  init(_ request: InboundRequest, on connection: Connection, streams: (IncomingStream, OutgoingStream)? = nil) throws(RPCError) {
    self.request = request
    self.connection = connection
    self.streams = streams
    method = request.method
    do {
      meta = try request.meta.map { Meta(json: try JSON(parsing: Array($0.readableBytesView))) } ?? Meta()
    } catch {
      throw RPCError(.invalidRequest, "meta: \(error)")
    }
    host = Host(connection: connection, cause: .request(request.id), operations: meta.operationID.map { OperationSequence(of: $0) })
  }

  /// Parsed each time it is asked for: keep it.
  ///
  /// - Throws: `RPCError` `invalid_params`.
  public var params: JSON {
    get throws {
      do {
        return try JSON(parsing: paramsBytes)
      } catch {
        throw RPCError(.invalidParams, "params: \(error)")
      }
    }
  }

  /// The params as they came: one JSON object.
  public var paramsBytes: [UInt8] { Array(request.params.readableBytesView) }

  /// Tells the caller how far this request is.
  public func progress(_ value: JSON) { connection.progress(request.id, ByteBuffer(bytes: value.bytes)) }

  /// The bytes that follow when the params say `"stream":true`; one consumer.
  public var body: ByteStream { ByteStream(stream: streams?.incoming ?? .empty) }

  /// Sends bytes of the result's stream, before the result; waits while the caller is behind.
  public func send(_ bytes: [UInt8]) async throws {
    guard let streams else { throw RPCError(.internal, "an inline method has no stream") }
    try await streams.outgoing.send(bytes)
  }
}

/// Bytes of a stream, piece by piece; each piece taken lets the sender send as much again.
public struct ByteStream: AsyncSequence, Sendable {
  /// A piece, at most 64 KiB.
  public typealias Element = [UInt8]
  /// An `RPCError` when the stream ends before its end, or a cancellation.
  public typealias Failure = any Error

  let stream: IncomingStream

  /// For the one consumer it may have.
  public func makeAsyncIterator() -> Iterator { Iterator(inner: stream.makeAsyncIterator()) }

  /// Hands out the chunks.
  public struct Iterator: AsyncIteratorProtocol {
    var inner: IncomingStream.Iterator

    /// The next piece, or nil at the end.
    public mutating func next() async throws -> [UInt8]? { try await inner.next() }
    /// The next piece, or nil at the end.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? { try await inner.next() }
  }
}
