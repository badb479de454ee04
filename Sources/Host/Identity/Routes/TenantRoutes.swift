import Catalogue
import JSONRPC
import PluginProtocol

/// The tenant and its keys (contract http.md, section 8; keys after DECISIONS 2: listed masked, shown once).
struct TenantRoutes: Sendable {
  let store: IdentityStore
  let keys: APIKeys
  let authenticator: Authenticator

  func show(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    let tenant = try TenantRoutes.tenantOfUser(request)
    guard let row = try await store.row("tenant", [.eq("id", .string(tenant))], "detail", request.requestID) else {
      throw IdentityRefusal.notFound("No tenant associated with this user")
    }
    return IdentityReply(row)
  }

  func list(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    IdentityReply(try await keys.list(tenant: try TenantRoutes.tenantOfAdmin(request), request.requestID))
  }

  func add(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    let tenant = try TenantRoutes.tenantOfAdmin(request)
    var name = request.body["name"]?.string ?? ""
    var scopes = try TenantRoutes.scopes(request.body["scopes"])
    var steps: [StorageStep] = []
    if let old = request.body["rotate"]?.string {
      guard let row = try await store.row("api_key", keys.filter(old, tenant: tenant), .inline(APIKeys.shape), request.requestID) else {
        throw TenantRoutes.noKey
      }
      if name.isEmpty { name = row["name"].string ?? "" }
      if scopes.isEmpty { scopes = (row["scopes"].array ?? []).compactMap(\.string).compactMap(Scope.init) }
      let end = keys.end(of: row, afterHours: request.body["overlap_hours"]?.int ?? 0)
      let update = StorageStep.Update("api_key", filter: keys.filter(old, tenant: tenant), set: end, expect: .init(1, tag: "key"))
      steps.append(.update(update))
    }
    if let text = request.body["expires_at"]?.string, !keys.isAhead(text) {
      throw IdentityRefusal.invalid("expires_at", "Ensure this value is in the future.")
    }
    let (key, insertion) = keys.insertion(
      tenant: .string(tenant), name: name, scopes: scopes.isEmpty ? Scope.allCases : scopes, expires: request.body["expires_at"]?.string,
      returning: .inline(APIKeys.shape))
    let action = steps.isEmpty ? "key_created" : "key_rotated"
    let detail: JSONObject = request.body["rotate"]?.string.map { ["rotated": .string($0)] } ?? [:]
    steps = [insertion] + steps + [TenantRoutes.audit(request, action, name, tenant, detail)]
    let results: [JSON]
    do {
      results = try await store.transact(steps, request.requestID)
    } catch let error {
      guard error.applicationCode == "expectation" else { throw error }
      throw TenantRoutes.noKey
    }
    authenticator.forget()
    guard var created = results.first?["row"].object else { throw RPCError(.internal, "storage returned no row for a new key") }
    created["api_key"] = .string(key)
    return IdentityReply(.object(created))
  }

  func revoke(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    let tenant = try TenantRoutes.tenantOfAdmin(request)
    let id = request.path["id"]?.string ?? ""
    let update = StorageStep.Update(
      "api_key", filter: keys.filter(id, tenant: tenant), set: ["revoked": true], expect: .init(1, tag: "key"))
    do {
      try await store.transact([.update(update), TenantRoutes.audit(request, "key_revoked", id, tenant)], request.requestID)
    } catch let error {
      guard error.applicationCode == "expectation" else { throw error }
      throw TenantRoutes.noKey
    }
    authenticator.forget()
    return IdentityReply(nil)
  }

  /// Tenant reads are for users; a key gets 403 (contract http.md, section 2.3).
  static func tenantOfUser(_ request: IdentityRequest) throws(RPCError) -> String {
    guard let caller = request.caller, caller.isUser else { throw IdentityRefusal.forbidden }
    guard let tenant = caller.tenant else { throw IdentityRefusal.notFound("No tenant associated with this user") }
    return tenant.id
  }

  static func tenantOfAdmin(_ request: IdentityRequest) throws(RPCError) -> String {
    guard let caller = request.caller, caller.isUser else { throw IdentityRefusal.forbidden }
    guard let tenant = caller.tenant else { throw IdentityRefusal.notFound("No tenant found") }
    guard caller.isAdmin else {
      throw .application("forbidden", status: 403, "admin access required", body: ["error": "Admin access required"])
    }
    return tenant.id
  }

  private static func scopes(_ json: JSON?) throws(RPCError) -> [Scope] {
    let items = json?.array ?? []
    var scopes: [Scope] = []
    var errors: JSONObject = [:]
    for (index, item) in items.enumerated() {
      if let scope = item.string.flatMap(Scope.init) {
        if !scopes.contains(scope) { scopes.append(scope) }
      } else {
        errors["\(index)"] = [.string(Messages.choice(item.string ?? item.text))]
      }
    }
    guard errors.isEmpty else { throw .application("invalid", status: 400, "scopes", body: ["scopes": .object(errors)]) }
    return scopes
  }

  private static let noKey = RPCError.application(
    "not_found", status: 404, "no such key", body: ["detail": .string(Messages.noMatch("ApiKey"))])

  private static func audit(
    _ request: IdentityRequest, _ action: String, _ target: String, _ tenant: String, _ detail: JSONObject = [:]
  ) -> StorageStep {
    AuditEntry(request, action, "api_key \(target)", tenant: .string(tenant), detail: detail).step(request.requestID)
  }
}
