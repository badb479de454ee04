import Catalogue
import JSONRPC
import PluginProtocol

/// Logging in, staying in, and asking who one is (contract http.md, section 7).
struct SessionRoutes: Sendable {
  let store: IdentityStore
  let passwords: PasswordKeeper
  let refreshTokens: RefreshTokens
  let throttle: LoginThrottle
  let authenticator: Authenticator
  let clock: WallClock

  func login(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    let username = request.body["username"]?.string ?? ""
    let key = "\(request.address) \(username.lowercased().prefix(150))"
    let row = try await store.row("user", [.eq("username", .string(username))], SessionRoutes.accountShape, request.requestID)
    let account = row?["is_active"] == true ? row : nil
    let isRight = try await passwords.matches(
      request.body["password"]?.string ?? "", account?["password"].string, throttle, key, clock)
    guard isRight, let account, let id = account["id"].int else { throw IdentityRefusal.login }
    let update = StorageStep.Update("user", filter: [.eq("id", .int(id))], set: ["last_login": StorageValue.now])
    var entry = AuditEntry(request, "logged_in", "user \(username)", tenant: account["memberships"][0]["tenant"])
    entry.actor = Principal(.user, id: "\(id)")
    let (pair, step) = try await refreshTokens.beginning(user: id)
    try await store.transact([.update(update), step, entry.step(request.requestID)], request.requestID)
    return SessionRoutes.reply(pair)
  }

  func refresh(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    SessionRoutes.reply(try await refreshTokens.exchange(request.body["refresh"]?.string ?? "", request.requestID))
  }

  func logout(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    try await refreshTokens.revoke(request.body["refresh"]?.string ?? "", request.requestID)
    return IdentityReply(nil)
  }

  func me(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    guard let caller = request.caller, case .user(let id) = caller.kind else { throw IdentityRefusal.forbidden }
    let fields = Shape.fields("id", "username", "email", "first_name", "last_name", "date_joined", "last_login")
    guard let row = try await store.row("user", [.eq("id", .int(id))], .inline(fields), request.requestID), var me = row.object else {
      throw IdentityRefusal.userNotFound
    }
    me["role"] = caller.role.isEmpty ? .null : .string(caller.role)
    me["is_operator"] = .bool(caller.isOperator)
    me["tenant"] = caller.tenant.map { ["id": .string($0.id), "slug": .string($0.slug)] } ?? .null
    return IdentityReply(.object(me))
  }

  /// Sets a new password: every other session of the user ends, this one goes on with the pair in the answer.
  func changePassword(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    guard let caller = request.caller, case .user(let id) = caller.kind else { throw IdentityRefusal.forbidden }
    guard let row = try await store.row("user", [.eq("id", .int(id))], SessionRoutes.accountShape, request.requestID) else {
      throw IdentityRefusal.userNotFound
    }
    let new = request.body["new_password"]?.string ?? ""
    if let fault = PasswordRule.fault(new) { throw IdentityRefusal.invalid("new_password", fault) }
    let current = request.body["current_password"]?.string ?? ""
    guard try await passwords.matches(current, row["password"].string, throttle, "password \(id)", clock) else {
      throw IdentityRefusal.invalid("current_password", "The password is not right.")
    }
    let change = StorageStep.Update(
      "user", filter: [.eq("id", .int(id)), .eq("password", row["password"])],
      set: ["password": .string(try await passwords.hash(new)), "sessions_since": .string(WireDate.text(seconds: clock.seconds()))],
      expect: .init(1, tag: "password"))
    let (pair, begin) = try await refreshTokens.beginning(user: id)
    let entry = AuditEntry(request, "password_changed", "user \(row["username"].string ?? "")", tenant: JSON(caller.tenant?.id))
    do {
      try await store.transact(
        [.update(change), RefreshTokens.revocation(of: id), begin, entry.step(request.requestID)], request.requestID)
    } catch let error {
      guard error.applicationCode == "expectation" else { throw error }
      throw IdentityRefusal.invalid("current_password", "The password is not right.")
    }
    authenticator.forget()
    return SessionRoutes.reply(pair)
  }

  private static let accountShape = ShapeReference.inline(
    Shape([
      "id", "username", "password", "is_active",
      .many("memberships", collection: "tenant_user", by: "user", shape: .inline(.fields("tenant")), limit: 1),
    ]))

  private static func reply(_ pair: RefreshTokens.Pair) -> IdentityReply {
    IdentityReply(["refresh": .string(pair.refresh), "access": .string(pair.access)])
  }
}
