import Catalogue
import JSONRPC
import PluginProtocol

/// Logging in, staying in, and asking who one is (contract http.md, section 7).
struct SessionRoutes: Sendable {
  let store: IdentityStore
  let passwords: PasswordKeeper
  let refreshTokens: RefreshTokens
  let throttle: LoginThrottle
  let clock: WallClock

  func login(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    let username = request.body["username"]?.string ?? ""
    let key = "\(request.address) \(username.lowercased().prefix(150))"
    if let seconds = throttle.wait(key, at: clock.seconds()) { throw IdentityRefusal.throttled(retryAfter: seconds) }
    let shape = ShapeReference.inline(.fields("id", "password", "is_active"))
    let row = try await store.row("user", [.eq("username", .string(username))], shape, request.requestID)
    let isRight = try await passwords.matches(request.body["password"]?.string ?? "", row?["password"].string)
    guard isRight, let row, row["is_active"] == true, let id = row["id"].int else {
      throttle.failed(key, at: clock.seconds())
      throw IdentityRefusal.login
    }
    throttle.succeeded(key)
    let update = StorageStep.Update("user", filter: [.eq("id", .int(id))], set: ["last_login": StorageValue.now])
    try await store.transact([.update(update)], request.requestID)
    return SessionRoutes.reply(try await refreshTokens.begin(user: id, request.requestID))
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
    me["tenant"] = caller.tenant.map { ["id": .string($0.id), "slug": .string($0.slug)] } ?? .null
    return IdentityReply(.object(me))
  }

  private static func reply(_ pair: RefreshTokens.Pair) -> IdentityReply {
    IdentityReply(["refresh": .string(pair.refresh), "access": .string(pair.access)])
  }
}
