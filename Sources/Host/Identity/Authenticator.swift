import Catalogue
package import JSONRPC
import PluginProtocol

/// What a request carries to prove who sends it.
package struct Credentials: Sendable {
  package var authorization: String?
  package var apiKey: String?
  /// `?token=`, on stream routes only.
  package var queryToken: String?

  package init(authorization: String? = nil, apiKey: String? = nil, queryToken: String? = nil) {
    self.authorization = authorization
    self.apiKey = apiKey
    self.queryToken = queryToken
  }
}

/// Finds out who sends a request. The first kind of credential present decides alone: JWT, then API key.
package struct Authenticator: Sendable {
  private let tokens: TokenService
  private let store: IdentityStore
  private let users: ExpiringCache<String, KnownUser>
  private let keys: ExpiringCache<String, Caller>
  private let clock: WallClock

  /// A user as storage knew them a moment ago.
  private struct KnownUser: Sendable {
    let caller: Caller
    /// Seconds since 1970; tokens issued before are no longer good.
    let sessionsSince: Int?

    /// A token that does not say when it was issued may be older than anything.
    func accepts(_ claims: TokenClaims) -> Bool { sessionsSince.map { since in (claims.issued ?? .min) >= since } ?? true }
  }

  init(tokens: TokenService, store: IdentityStore, config: IdentityConfig, clock: WallClock) {
    self.tokens = tokens
    self.store = store
    self.clock = clock
    users = ExpiringCache(life: config.cacheLife, countLimit: config.cacheCountLimit)
    keys = ExpiringCache(life: config.cacheLife, countLimit: config.cacheCountLimit)
  }

  /// - Returns: nil when nothing was sent.
  /// - Throws: the refusal to answer with, status 401 or 403.
  package func authenticate(_ credentials: Credentials, requestID: String) async throws(RPCError) -> Caller? {
    let caller: Caller
    if let token = try Authenticator.bearer(credentials.authorization) ?? credentials.queryToken {
      caller = try await user(token, requestID)
    } else if let key = credentials.apiKey, !key.isEmpty {
      caller = try await self.key(key, requestID)
    } else {
      return nil
    }
    if let tenant = caller.tenant, !tenant.isActive { throw caller.isUser ? IdentityRefusal.tenantInactive : IdentityRefusal.keyUnknown }
    return caller
  }

  /// Forgets what was believed: after a key was revoked or an account changed.
  func forget() {
    users.removeAll()
    keys.removeAll()
  }

  /// A header of another scheme is passed over.
  private static func bearer(_ header: String?) throws(RPCError) -> String? {
    guard let header else { return nil }
    let parts = header.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard parts.first == "Bearer" else { return nil }
    guard parts.count == 2 else { throw IdentityRefusal.malformedHeader }
    return String(parts[1])
  }

  private func user(_ token: String, _ requestID: String) async throws(RPCError) -> Caller {
    let claims: TokenClaims
    do { claims = try await tokens.read(token, .access) } catch { throw IdentityRefusal.access(error) }
    guard let userID = claims.userID else { throw IdentityRefusal.noUserClaim }
    guard let id = Int64(userID) else { throw IdentityRefusal.userNotFound }
    let user: KnownUser
    if let known = users.value(userID) { user = known } else { user = try await read(id, requestID) }
    guard user.accepts(claims) else { throw IdentityRefusal.access(.invalid) }
    return user.caller
  }

  private func read(_ id: Int64, _ requestID: String) async throws(RPCError) -> KnownUser {
    guard let row = try await store.row("user", [.eq("id", .int(id))], .inline(Authenticator.userShape), requestID) else {
      throw IdentityRefusal.userNotFound
    }
    guard row["is_active"] == true else { throw IdentityRefusal.userInactive }
    let membership = row["memberships"][0]
    let isOperator = row["is_staff"] == true || row["is_superuser"] == true
    let caller = Caller(
      .user(id: id), tenant: Authenticator.tenant(membership["tenant"]), role: membership["role"].string ?? "", isOperator: isOperator)
    let known = KnownUser(caller: caller, sessionsSince: row["sessions_since"].string.flatMap(WireDate.seconds))
    users.insert("\(id)", known)
    return known
  }

  private func key(_ key: String, _ requestID: String) async throws(RPCError) -> Caller {
    guard key.hasPrefix(APIKey.prefix) else { throw IdentityRefusal.keyFormat }
    guard key.utf8.count <= 128 else { throw IdentityRefusal.keyUnknown }
    let hash = APIKey.hash(key)
    if let known = keys.value(hash) { return known }
    guard let row = try await store.row("api_key", [.eq("hash", .string(hash))], .inline(Authenticator.keyShape), requestID),
      row["revoked"] != true, let id = row["id"].string, let tenant = Authenticator.tenant(row["tenant"])
    else { throw IdentityRefusal.keyUnknown }
    let now = clock.seconds()
    if let expires = row["expires_at"].string {
      guard let seconds = WireDate.seconds(expires), seconds > now else { throw IdentityRefusal.keyUnknown }
    }
    let scopes = Set((row["scopes"].array ?? []).compactMap(\.string).compactMap(Scope.init))
    let caller = Caller(.key(id: id, scopes: scopes), tenant: tenant)
    keys.insert(hash, caller)
    try await noteUse(of: id, last: row["last_used_at"].string, now, requestID)
    return caller
  }

  /// At most once a minute a key.
  private func noteUse(of id: String, last: String?, _ now: Int, _ requestID: String) async throws(RPCError) {
    if let last, let seconds = WireDate.seconds(last), now - seconds < 60 { return }
    let update = StorageStep.Update("api_key", filter: [.eq("id", .string(id))], set: ["last_used_at": StorageValue.now])
    try await store.transact([.update(update)], requestID)
  }

  private static func tenant(_ row: JSON) -> TenantFacts? {
    guard let id = row["id"].string else { return nil }
    return TenantFacts(id: id, slug: row["slug"].string ?? "", isActive: row["is_active"] == true)
  }

  private static let tenantShape = ShapeReference.inline(.fields("id", "slug", "is_active"))

  private static let userShape = Shape([
    "id", "is_active", "is_staff", "is_superuser", "sessions_since",
    .many(
      "memberships", collection: "tenant_user", by: "user",
      shape: .inline(Shape(["role", .one("tenant", reference: "tenant", shape: tenantShape)])), limit: 1),
  ])

  private static let keyShape = Shape([
    "id", "scopes", "revoked", "expires_at", "last_used_at", .one("tenant", reference: "tenant", shape: tenantShape),
  ])
}
