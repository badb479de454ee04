import Catalogue
import Events
import Foundation
import Gateway
import Identity
import JSONRPC
import Logging
import ServiceLifecycle
import Synchronization

@testable import Projects

/// Gateway, identity and the real storage, with the real declarations of projects and two tenants.
struct RealHouse: Sendable {
  let plugins: HarnessPlugins
  let probe: HTTPProbe
  let accounts: Accounts
  let time: Mutex<Int>.Box
  let tenant: JSON
  let other: JSON

  static func open(_ test: (RealHouse) async throws -> Void) async throws {
    let catalogue = LiveCatalogue()
    try catalogue.accept(HTTPGateway.description, of: HTTPGateway.contributor)
    try catalogue.accept(ProjectsPlugin.contributions, of: "projects")
    let plugins = try await HarnessPlugins(catalogue)
    let time = Mutex<Int>.Box(Int(Date().timeIntervalSince1970))
    let clock = WallClock { time.value.withLock { $0 } }
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let hub = EventHub(logger: logger)
    var identityConfig = try IdentityConfig(secret: House.secret)
    identityConfig.passwordRounds = 1 << 8
    let identity = await IdentityService(
      config: identityConfig, plugins: plugins, catalogue: catalogue, clock: clock)
    let report = SystemReport(readiness: { .init(isReady: true, checks: []) }, plugins: { [:] }, metrics: { "" })
    var config = GatewayConfig()
    config.port = 0
    let port = AsyncStream.makeStream(of: Int.self)
    let gateway = HTTPGateway(
      config: config, catalogue: catalogue, plugins: plugins, identity: identity, hub: hub, report: report, version: "1.0.0", clock: clock,
      logger: logger
    ) { port.continuation.yield($0) }
    let group = ServiceGroup(configuration: .init(services: [hub, gateway], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      guard let number = await port.stream.first(where: { _ in true }) else { return }
      let house = RealHouse(
        plugins: plugins, probe: HTTPProbe(port: number), accounts: identity.accounts, time: time,
        tenant: try await identity.accounts.createTenant(name: "Acme", slug: "acme", requestID: "t"),
        other: try await identity.accounts.createTenant(name: "Other", slug: "other", requestID: "t"))
      let result: Result<Void, any Error>
      do { result = .success(try await test(house)) } catch { result = .failure(error) }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      try await plugins.close()
      try result.get()
    }
  }

  func send(
    _ method: String, _ path: String, _ body: String? = nil, key: JSON? = nil, token: String? = nil, _ headers: [(String, String)] = []
  ) async throws -> HTTPProbe.Answer {
    let credential = token.map { ("Authorization", "Bearer \($0)") } ?? ("X-API-Key", (key ?? tenant)["api_key"].string ?? "")
    return try await probe.send(method, "/api/v1\(path)", headers: [credential] + headers, body: body)
  }

  /// Makes a user and logs in.
  func login(_ username: String, role: String = "owner", tenant: String = "acme") async throws -> (access: String, refresh: String) {
    _ = try await accounts.createUser(username: username, tenant: tenant, role: role, password: "correct horse", requestID: "t")
    let answer = try await token(username, "correct horse")
    return (answer.json["access"].string ?? "", answer.json["refresh"].string ?? "")
  }

  /// Asks for tokens.
  func token(_ username: String, _ password: String) async throws -> HTTPProbe.Answer {
    try await probe.send("POST", "/api/v1/auth/token/", body: #"{"username":"\#(username)","password":"\#(password)"}"#)
  }

  func pass(_ seconds: Int) { time.value.withLock { $0 += seconds } }
}

extension Mutex<Int> {
  /// A mutex that several may hold on to.
  final class Box: Sendable {
    let value: Mutex<Int>
    init(_ value: Int) { self.value = Mutex(value) }
  }
}
