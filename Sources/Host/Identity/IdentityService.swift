package import Catalogue
package import JSONRPC

/// Everything about who is who: credentials, accounts and identity's own routes.
package struct IdentityService: Sendable {
  package let authenticator: Authenticator
  package let accounts: Accounts
  private let session: SessionRoutes
  private let tenants: TenantRoutes
  private let members: MemberRoutes
  private let quota: QuotaRoute

  package init(
    config: IdentityConfig, plugins: any PluginCaller, catalogue: LiveCatalogue, clock: WallClock = .system
  ) async {
    let store = IdentityStore(plugins)
    let tokens = await TokenService(secret: config.secret, clock: clock)
    let passwords = PasswordKeeper(rounds: config.passwordRounds)
    let keys = APIKeys(store: store, clock: clock)
    let failures = LoginFailures(limit: config.loginFailureLimit, window: Int(config.loginWindow.components.seconds))
    authenticator = Authenticator(tokens: tokens, store: store, config: config, clock: clock)
    accounts = Accounts(store: store, passwords: passwords, keys: keys, authenticator: authenticator)
    session = SessionRoutes(
      store: store, passwords: passwords, refreshTokens: RefreshTokens(tokens: tokens, store: store, config: config, clock: clock),
      throttle: LoginThrottle(failures), authenticator: authenticator, clock: clock)
    members = MemberRoutes(store: store, passwords: passwords, authenticator: authenticator)
    tenants = TenantRoutes(store: store, keys: keys, authenticator: authenticator)
    quota = QuotaRoute(store: store, catalogue: catalogue, clock: clock)
  }

  /// Answers one of ``IdentityRoutes``.
  package func answer(_ method: String, _ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    switch method {
    case "identity.login": try await session.login(request)
    case "identity.refresh": try await session.refresh(request)
    case "identity.logout": try await session.logout(request)
    case "identity.me": try await session.me(request)
    case "identity.changePassword": try await session.changePassword(request)
    case "identity.addMember": try await members.add(request)
    case "identity.changeMember": try await members.change(request)
    case "identity.removeMember": try await members.remove(request)
    case "identity.tenant": try await tenants.show(request)
    case "identity.quota": try await quota.show(request)
    case "identity.keys": try await tenants.list(request)
    case "identity.addKey": try await tenants.add(request)
    case "identity.revokeKey": try await tenants.revoke(request)
    default: throw RPCError(.methodNotFound, method)
    }
  }
}
