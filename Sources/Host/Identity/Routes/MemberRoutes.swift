import Catalogue
import JSONRPC
import PluginProtocol

/// Who belongs to the tenant: for its admins; owners are made, changed and removed by owners only, and one always remains (DECISIONS 3).
struct MemberRoutes: Sendable {
  let store: IdentityStore
  let passwords: PasswordKeeper
  let authenticator: Authenticator

  /// Makes a user, or takes in one who belongs to no tenant: the latter keeps their password.
  func add(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    let tenant = try TenantRoutes.tenantOfAdmin(request)
    let role = request.body["role"]?.string ?? "member"
    try mayTouch(role, request)
    let username = request.body["username"]?.string ?? ""
    let known = try await store.row("user", [.eq("username", .string(username))], MemberRoutes.userShape, request.requestID)
    var user = known?["id"]
    var steps: [StorageStep] = []
    if let known {
      guard known["memberships"].array?.isEmpty == true, request.body["password"]?.string == nil else { throw MemberRoutes.taken }
    } else {
      steps.append(.insert(.init("user", try await account(request, username), as: "user")))
      user = StorageValue.ref("user")
    }
    let place = steps.count
    let values: JSONObject = ["tenant": .string(tenant), "user": user ?? .null, "role": .string(role)]
    steps.append(.insert(.init("tenant_user", values, returning: "detail")))
    steps.append(audit(request, "member_added", username, tenant, ["role": .string(role)]))
    do {
      let results = try await store.transact(steps, request.requestID)
      authenticator.forget()
      return IdentityReply(results[place]["row"])
    } catch let error {
      guard error.applicationCode == "not_unique" else { throw error }
      throw MemberRoutes.taken
    }
  }

  func change(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    let tenant = try TenantRoutes.tenantOfAdmin(request)
    let member = try await member(request, tenant)
    let role = request.body["role"]?.string ?? ""
    try mayTouch(role, request)
    let update = StorageStep.Update(
      "tenant_user", filter: filter(request, tenant), set: ["role": .string(role)], expect: .init(1, tag: "member"), returning: "detail")
    let entry = audit(
      request, "member_role_changed", member["username"].string ?? "", tenant, ["from": member["role"], "to": .string(role)])
    let results = try await transact([.update(update), entry], tenant, request)
    return IdentityReply(results[1]["row"])
  }

  /// The user stays, without a tenant and without a session.
  func remove(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    let tenant = try TenantRoutes.tenantOfAdmin(request)
    let member = try await member(request, tenant)
    guard let user = member["user_id"].int else { throw RPCError(.internal, "a member without a user") }
    let steps: [StorageStep] = [
      .delete(collection: "tenant_user", filter: filter(request, tenant), expect: .init(1, tag: "member")),
      RefreshTokens.revocation(of: user), audit(request, "member_removed", member["username"].string ?? "", tenant),
    ]
    _ = try await transact(steps, tenant, request)
    return IdentityReply(nil)
  }

  /// With the tenant's row held: of two owners who remove each other at once one is refused.
  private func transact(_ steps: [StorageStep], _ tenant: String, _ request: IdentityRequest) async throws(RPCError) -> [JSON] {
    let hold = StorageStep.update(.init("tenant", filter: [.eq("id", .string(tenant))]))
    let owners = StorageStep.Expectation(
      "tenant_user", filter: [.eq("tenant", .string(tenant)), .eq("role", "owner")], minimum: 1, tag: "owner")
    do {
      let results = try await store.transact([hold] + steps + [.expect(owners)], request.requestID)
      authenticator.forget()
      return results
    } catch let error {
      guard error.applicationCode == "expectation" else { throw error }
      if error.data["tag"] == "member" { throw MemberRoutes.noMember }
      throw IdentityRefusal.conflict("last_owner", "A tenant keeps at least one owner.")
    }
  }

  /// The membership the path names, if the caller may change it.
  private func member(_ request: IdentityRequest, _ tenant: String) async throws(RPCError) -> JSON {
    guard let row = try await store.row("tenant_user", filter(request, tenant), "detail", request.requestID) else {
      throw MemberRoutes.noMember
    }
    try mayTouch(row["role"].string ?? "", request)
    return row
  }

  private func mayTouch(_ role: String, _ request: IdentityRequest) throws(RPCError) {
    guard role == "owner", request.caller?.role != "owner" else { return }
    throw .application("forbidden", status: 403, "owner access required", body: ["error": "Owner access required"])
  }

  private func account(_ request: IdentityRequest, _ username: String) async throws(RPCError) -> JSONObject {
    guard let password = request.body["password"]?.string else { throw IdentityRefusal.invalid("password", Messages.required) }
    if let fault = PasswordRule.fault(password) { throw IdentityRefusal.invalid("password", fault) }
    var values: JSONObject = ["username": .string(username), "password": .string(try await passwords.hash(password))]
    for name in ["email", "first_name", "last_name"] { values[name] = request.body[name] ?? "" }
    return values
  }

  private func filter(_ request: IdentityRequest, _ tenant: String) -> [Condition] {
    [.eq("id", request.path["id"] ?? .null), .eq("tenant", .string(tenant))]
  }

  private func audit(
    _ request: IdentityRequest, _ action: String, _ username: String, _ tenant: String, _ detail: JSONObject = [:]
  ) -> StorageStep {
    AuditEntry(request, action, "user \(username)", tenant: .string(tenant), detail: detail).step(request.requestID)
  }

  private static let userShape = ShapeReference.inline(
    Shape(["id", .many("memberships", collection: "tenant_user", by: "user", shape: .inline(.fields("id")), limit: 1)]))

  private static let taken = IdentityRefusal.invalid("username", Messages.unique("User", "username"))

  private static let noMember = RPCError.application(
    "not_found", status: 404, "no such member", body: ["detail": .string(Messages.noMatch("TenantUser"))])
}
