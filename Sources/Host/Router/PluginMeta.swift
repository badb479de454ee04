import JSONRPC
import NIOCore

/// What a plugin says of a call it makes. Tenant and principal are not here: whatever it writes there is discarded.
struct PluginMeta: Sendable, Equatable {
  enum Cause: Sendable, Equatable {
    /// The id of a request it is serving.
    case request(Int64)
    /// A leased job.
    case job(String)
  }

  var cause: Cause?
  var deadlineMilliseconds: Int64?
  var system = false
  var operationID: String?

  static let operationIDLimit = 128

  init() {}

  /// - Throws: ``RPCError`` `invalid_request` naming the member that is wrong.
  init(_ bytes: ByteBuffer?) throws(RPCError) {
    guard let bytes, bytes.readableBytes > 2 else { return }
    let json: JSON
    do {
      json = try JSON(parsing: Array(bytes.readableBytesView))
    } catch {
      throw RPCError(.invalidRequest, "meta: \(error)")
    }
    switch json["cause"] {
    case .null: break
    case .string(let text): cause = .job(text)
    case let value:
      guard let id = value.int else { throw RPCError(.invalidRequest, "meta.cause must be an integer or a text") }
      cause = .request(id)
    }
    if let milliseconds = json["deadline_ms"].int { deadlineMilliseconds = max(0, milliseconds) }
    system = json["system"].bool ?? false
    if let id = json["operation_id"].string {
      guard !id.isEmpty, id.utf8.count <= Self.operationIDLimit else {
        throw RPCError(.invalidRequest, "meta.operation_id must have 1 to \(Self.operationIDLimit) bytes")
      }
      operationID = id
    }
  }
}
