import Catalogue
import JSONRPC
import PluginProtocol

/// Who did what to the tenant's accounts and keys; written with the change itself.
struct AuditEntry: Sendable {
  var actor: Principal
  /// snake_case, past tense: `key_revoked`.
  var action: String
  var target: String
  /// The tenant's id, or a reference to it within the transaction.
  var tenant: JSON
  var detail: JSONObject = [:]

  func step(_ requestID: String) -> StorageStep {
    .insert(
      .init(
        "audit_entry",
        [
          "tenant": tenant, "actor_kind": .string(actor.kind.rawValue), "actor": .string(actor.id), "action": .string(action),
          "target": .string(String(String.UnicodeScalarView(target.unicodeScalars.prefix(200)))), "detail": .object(detail),
          "request_id": .string(String(requestID.prefix(64))),
        ]))
  }
}

extension AuditEntry {
  /// What the sender of a request did.
  init(_ request: IdentityRequest, _ action: String, _ target: String, tenant: JSON, detail: JSONObject = [:]) {
    let actor = request.caller?.principal ?? Principal(.system, id: "host")
    self.init(
      actor: actor, action: action, target: target, tenant: tenant, detail: detail.merging(["address": .string(request.address)]))
  }
}
