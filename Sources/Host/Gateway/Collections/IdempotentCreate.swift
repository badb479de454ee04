import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import PluginProtocol

/// Creates under an `Idempotency-Key`: a row beside the new one, in the same transaction, remembers the key, the body's digest and what
/// was made. A repetition gets storage's recorded reply; when that is no longer kept, the remembered row is read again.
struct IdempotentCreate {
  static let collection = "idempotency_key"

  let routes: CollectionRoutes

  static func step(_ digest: String, _ body: JSONBody, _ made: CollectionSpec) -> StorageStep {
    let values: JSONObject = [
      "digest": .string(digest), "body_digest": .string(Idempotency.digest(body.bytes)), "row": StorageValue.ref("row", made.keyField),
    ]
    return .insert(.init(collection, values, returning: .inline(.fields("body_digest"))))
  }

  /// - Throws: 422 when the recorded reply belongs to another body.
  static func check(_ result: JSONSlice?, _ body: JSONBody) throws(RPCError) {
    guard let row = try? result?.members["row"]?.json() else { throw RPCError(.internal, "no idempotency row") }
    guard row["body_digest"].string == Idempotency.digest(body.bytes) else { throw reused }
  }

  func replay(_ request: CollectionRequest, _ digest: String, _ body: JSONBody) async throws(Refusal) -> Response {
    let read = StorageRead.get(
      .init(IdempotentCreate.collection, filter: [.eq("digest", .string(digest))], limit: 1, shape: .inline(.fields("body_digest", "row"))))
    guard let kept = try? await routes.read(read, request).members["row"]?.json(), !kept.isNull else { throw .internalError }
    guard kept["body_digest"].string == Idempotency.digest(body.bytes) else { throw Refusal(IdempotentCreate.reused) }
    let row = StorageRead.get(
      .init(
        request.collection.name, filter: [.eq(request.collection.keyField, kept["row"])], limit: 1, shape: .named(request.target.shape)))
    guard let found = try await routes.read(row, request).members["row"], !found.isNull else {
      throw Refusal(.conflict, ["error": "What this Idempotency-Key made no longer exists.", "code": "idempotency_gone"])
    }
    return .json(request.created, found.bytes)
  }

  static let reused = RPCError.application(
    "idempotency_key_reused", status: 422, "key reused",
    body: ["error": "This Idempotency-Key was used with another body.", "code": "idempotency_key_reused"])
}
