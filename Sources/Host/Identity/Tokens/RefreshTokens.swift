import Catalogue
import JSONRPC
import PluginProtocol

/// Refresh tokens: each works once; a second use soon after gives the same pair, a later one ends the whole family.
struct RefreshTokens: Sendable {
  struct Pair: Sendable, Equatable {
    let access: String
    let refresh: String
  }

  private let tokens: TokenService
  private let store: IdentityStore
  private let config: IdentityConfig
  private let clock: WallClock

  init(tokens: TokenService, store: IdentityStore, config: IdentityConfig, clock: WallClock) {
    self.tokens = tokens
    self.store = store
    self.config = config
    self.clock = clock
  }

  /// The first pair of a new family, and the step that keeps it.
  func beginning(user: Int64) async throws(RPCError) -> (Pair, StorageStep) {
    let id = RandomText.hex(byteCount: 16)
    let now = clock.seconds()
    let pair = try await pair(user, refresh: id, access: RandomText.hex(byteCount: 16), issued: now)
    return (pair, insert(id, family: id, user, now))
  }

  /// Spends a token for the next pair of its family.
  ///
  /// - Throws: 401 for a bad, spent or revoked token, or a user who is gone or disabled.
  func exchange(_ token: String, _ requestID: String) async throws(RPCError) -> Pair {
    let claims: TokenClaims
    do { claims = try await tokens.read(token, .refresh) } catch { throw IdentityRefusal.refresh(error) }
    guard let id = claims.id, let user = claims.userID.flatMap({ Int64($0) }) else { throw IdentityRefusal.refresh(.invalid) }
    guard let row = try await store.row("refresh_token", [.eq("jti", .string(id))], .inline(RefreshTokens.shape), requestID),
      row["user"]["id"].int == user, row["user"]["is_active"] == true, row["revoked"] != true
    else { throw IdentityRefusal.refresh(.invalid) }
    guard row["used_at"].isNull else { return try await again(row, user, requestID) }
    return try await spend(id, row, user, requestID)
  }

  /// Ends the family a token belongs to; a bad token has none.
  func revoke(_ token: String, _ requestID: String) async throws(RPCError) {
    guard let claims = try? await tokens.read(token, .refresh), let id = claims.id,
      let row = try await store.row("refresh_token", [.eq("jti", .string(id))], .inline(RefreshTokens.shape), requestID)
    else { return }
    try await revokeFamily(row, requestID)
  }

  /// The step that ends every family of a user.
  static func revocation(of user: Int64) -> StorageStep {
    .update(.init("refresh_token", filter: [.eq("user", .int(user)), .eq("revoked", false)], set: ["revoked": true]))
  }

  private func spend(_ id: String, _ row: JSON, _ user: Int64, _ requestID: String) async throws(RPCError) -> Pair {
    let now = clock.seconds()
    let (refresh, access) = (RandomText.hex(byteCount: 16), RandomText.hex(byteCount: 16))
    let update = StorageStep.Update(
      "refresh_token", filter: [.eq("jti", .string(id)), .isNull("used_at"), .eq("revoked", false)],
      set: ["used_at": .string(WireDate.text(seconds: now)), "next_refresh": .string(refresh), "next_access": .string(access)],
      expect: .init(1, tag: "unused"))
    do {
      try await store.transact([.update(update), insert(refresh, family: row["family"].string ?? id, user, now)], requestID)
    } catch let error where error.applicationCode == "expectation" {
      // Another tab was faster by a moment: it is spent now, and we answer as for a second use.
      guard let row = try await store.row("refresh_token", [.eq("jti", .string(id))], .inline(RefreshTokens.shape), requestID),
        row["revoked"] != true, !row["used_at"].isNull
      else { throw IdentityRefusal.refresh(.invalid) }
      return try await again(row, user, requestID)
    }
    return try await pair(user, refresh: refresh, access: access, issued: now)
  }

  private func again(_ row: JSON, _ user: Int64, _ requestID: String) async throws(RPCError) -> Pair {
    guard let used = row["used_at"].string.flatMap(WireDate.seconds), let refresh = row["next_refresh"].string,
      let access = row["next_access"].string, clock.seconds() - used <= Int(config.reuseGrace.components.seconds)
    else {
      try await revokeFamily(row, requestID)
      throw IdentityRefusal.refresh(.invalid)
    }
    return try await pair(user, refresh: refresh, access: access, issued: used)
  }

  private func revokeFamily(_ row: JSON, _ requestID: String) async throws(RPCError) {
    let update = StorageStep.Update("refresh_token", filter: [.eq("family", row["family"])], set: ["revoked": true])
    try await store.transact([.update(update)], requestID)
  }

  private func insert(_ id: String, family: String, _ user: Int64, _ now: Int) -> StorageStep {
    let expires = now + Int(config.refreshLife.components.seconds)
    return .insert(
      .init(
        "refresh_token",
        ["jti": .string(id), "family": .string(family), "user": .int(user), "expires_at": .string(WireDate.text(seconds: expires))]))
  }

  private func pair(_ user: Int64, refresh: String, access: String, issued: Int) async throws(RPCError) -> Pair {
    Pair(
      access: try await tokens.sign(TokenClaims(.access, user: user, id: access, issued: issued, life: config.accessLife)),
      refresh: try await tokens.sign(TokenClaims(.refresh, user: user, id: refresh, issued: issued, life: config.refreshLife)))
  }

  private static let shape = Shape([
    "family", "used_at", "revoked", "next_refresh", "next_access",
    .one("user", reference: "user", shape: .inline(.fields("id", "is_active"))),
  ])
}
