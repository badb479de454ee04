import Catalogue
import Crypto
import HTTPTypes
import Identity
import JSONRPC
import PluginProtocol

/// The ids under which a write may be repeated without happening twice.
///
/// Without the header each request is its own operation. With it the operation is named by who sends it, where to and the key; storage
/// answers the same operation with the recorded reply, and the body's digest, kept with it, tells another body.
struct Idempotency: Sendable {
  static let keyLimit = 64

  let operationID: String
  /// Names the operation for ever; nil without the header.
  let digest: String?

  /// - Throws: 400 for a key that is too long or empty.
  init(_ visit: Visit) throws(Refusal) {
    guard let key = visit.exchange.header(.idempotencyKey), let caller = visit.caller else {
      operationID = Idempotency.once()
      digest = nil
      return
    }
    guard (1...Idempotency.keyLimit).contains(key.unicodeScalars.count) else {
      throw Refusal(.badRequest, ["detail": "Idempotency-Key must have 1 to 64 characters.", "code": "bad_idempotency_key"])
    }
    let parts = [
      caller.tenant?.id ?? "", caller.principal.kind.rawValue, caller.principal.id, visit.exchange.method, visit.exchange.path, key,
    ]
    let digest = Idempotency.digest(Array(parts.map { "\($0.utf8.count):\($0)" }.joined().utf8))
    operationID = "idempotency:\(digest)"
    self.digest = digest
  }

  /// SHA-256 in hexadecimal.
  static func digest(_ bytes: [UInt8]) -> String { Hex.text(SHA256.hash(data: bytes)) }
}
