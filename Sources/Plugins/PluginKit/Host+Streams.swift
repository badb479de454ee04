public import JSONRPC
import NIOCore
import UnixTransport

extension Host {
  /// Calls a method and streams bytes beside its params, e.g. `blobs.put`.
  ///
  /// - Parameters:
  ///   - method: `capability.verb`.
  ///   - params: an object; `"stream":true` is added.
  ///   - source: read as fast as the other side takes it.
  ///   - deadline: at most this long; never longer than the cause has left.
  ///   - operationID: makes the call repeatable: the same id is the same call.
  public func upload(
    _ method: String, _ params: JSON, from source: some AsyncSequence<[UInt8], any Error> & Sendable, deadline: Duration? = nil,
    operationID: String? = nil
  ) async throws -> JSON {
    var object = params.object ?? [:]
    object["stream"] = true
    let call = await connection.start(outbound(method, JSON.object(object).bytes, deadline, operationID, false))
    do {
      for try await bytes in source { try await call.outgoing.send(bytes) }
      call.outgoing.finish()
    } catch let error where error is RPCError && call.isOver {
      // The call ended before all was sent; its reply says why.
    } catch {
      call.cancel()
      throw error
    }
    return try await finish(call, method)
  }

  /// Calls a method that streams bytes before its result, e.g. `blobs.get`.
  ///
  /// - Parameters:
  ///   - method: `capability.verb`.
  ///   - params: an object.
  ///   - deadline: at most this long; never longer than the cause has left.
  ///   - take: gets the pieces in order; the sender waits for it.
  public func download(
    _ method: String, _ params: JSON, deadline: Duration? = nil, into take: ([UInt8]) async throws -> Void
  ) async throws -> JSON {
    let call = await connection.start(outbound(method, params.bytes, deadline, nil, false))
    do {
      for try await bytes in call.incoming { try await take(bytes) }
    } catch {
      call.cancel()
      throw error
    }
    return try await finish(call, method)
  }

  private func finish(_ call: StreamedCall, _ method: String) async throws(RPCError) -> JSON {
    let reply = await call.reply()
    if let error = reply.rpcError { throw error }
    guard case .result(let bytes) = reply else { throw RPCError(.internal, "\(method): no result") }
    return try Self.parse(Array(bytes.readableBytesView), of: method)
  }
}
