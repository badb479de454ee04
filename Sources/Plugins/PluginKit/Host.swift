public import JSONRPC
import NIOCore
import UnixTransport

/// The way to everything else: capabilities of other plugins and of the host itself.
public struct Host: Sendable {
  enum Cause: Sendable {
    case none
    case request(Int64)
    case job(String)
  }

  let connection: Connection
  let cause: Cause
  /// Numbers the transactions of a request that may be repeated; nil when it never is.
  var operations: OperationSequence?

  /// Calls a method and waits.
  ///
  /// - Parameters:
  ///   - method: `storage.read`, or one provider's: `llm.complete@llm-offline`.
  ///   - params: an object.
  ///   - deadline: at most this long; never longer than the cause has left.
  ///   - operationID: makes the call repeatable: the same id is the same call.
  ///   - system: without a tenant; needs the grant in the manifest.
  public func call(
    _ method: String, _ params: JSON, deadline: Duration? = nil, operationID: String? = nil, system: Bool = false
  ) async throws(RPCError) -> JSON {
    let bytes = try await callRaw(method, params: params.bytes, deadline: deadline, operationID: operationID, system: system)
    return try Self.parse(bytes, of: method)
  }

  /// As ``call(_:_:deadline:operationID:system:)``, with params and result as JSON bytes.
  public func callRaw(
    _ method: String, params: [UInt8], deadline: Duration? = nil, operationID: String? = nil, system: Bool = false
  ) async throws(RPCError) -> [UInt8] {
    let call = outbound(method, params, deadline, operationID, system)
    return Array(try await connection.result(of: call).readableBytesView)
  }

  /// Sends a notification; it may be lost.
  public func notify(_ method: String, _ params: JSON) { connection.notify(method, ByteBuffer(bytes: params.bytes)) }

  /// The same way on behalf of a job: what `jobs.lease` gave as `cause`.
  public func with(cause: String) -> Host { Host(connection: connection, cause: .job(cause)) }

  func outbound(_ method: String, _ params: [UInt8], _ deadline: Duration?, _ operationID: String?, _ system: Bool) -> OutboundCall {
    var meta = JSONObject()
    switch cause {
    case .none: break
    case .request(let id): meta["cause"] = .int(id)
    case .job(let cause): meta["cause"] = .string(cause)
    }
    if let deadline { meta["deadline_ms"] = .int(deadline.wholeMilliseconds) }
    if let operationID { meta["operation_id"] = .string(operationID) }
    if system { meta["system"] = true }
    return OutboundCall(
      method, params: ByteBuffer(bytes: params), meta: meta.isEmpty ? nil : JSON.object(meta).bytes,
      deadline: deadline.map { .now() + .milliseconds($0.wholeMilliseconds) })
  }

  static func parse(_ bytes: [UInt8], of method: String) throws(RPCError) -> JSON {
    do {
      return try JSON(parsing: bytes)
    } catch {
      throw RPCError(.internal, "\(method): malformed result: \(error)")
    }
  }
}

extension Duration {
  /// Rounded up, so that a wait is never shorter than asked for.
  fileprivate var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}
