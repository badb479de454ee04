import Catalogue
import Events
import Gateway
import Identity
import JSONRPC
import Logging
import PluginProtocol
import ServiceLifecycle
import Synchronization

/// A gateway on a real socket, with identity answered from here: one tenant, a user of each role and an API key.
struct House: Sendable {
  static let tenant = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
  static let secret = "a secret of more than thirty-two bytes"
  static let key = "hc_0123456789012345678901234567890123456789012"
  static let readKey = "hc_read5678901234567890123456789012345678901"

  let plugins: FakePlugins
  let catalogue: LiveCatalogue
  let hub: EventHub
  let probe: HTTPProbe
  /// Access tokens by role: owner, member, none (a user without tenant).
  let tokens: [String: String]

  func bearer(_ role: String = "member") -> (String, String) { ("Authorization", "Bearer \(tokens[role] ?? "")") }

  func get(_ path: String, role: String = "member") async throws -> HTTPProbe.Answer {
    try await probe.send("GET", path, headers: [bearer(role)])
  }

  func send(_ method: String, _ path: String, _ body: String? = nil, _ headers: [(String, String)] = []) async throws -> HTTPProbe.Answer {
    try await probe.send(method, path, headers: [bearer()] + headers, body: body)
  }

  /// Runs `test` against a started gateway and stops it.
  static func open(
    _ contributions: [(String, PluginDescription)] = [("projects", Samples.projects)],
    config change: (inout GatewayConfig) -> Void = { _ in },
    events: EventConfig = EventConfig(), _ test: (House) async throws -> Void
  ) async throws {
    var config = GatewayConfig()
    config.port = 0
    change(&config)
    let plugins = FakePlugins()
    plugins.on("storage.read") { call throws(RPCError) in identityRow(call.params) ?? ["row": .null, "rows": [], "count": 0] }
    plugins.on("storage.transact") { _ throws(RPCError) in ["results": [["count": 1]]] }
    let catalogue = LiveCatalogue()
    try catalogue.accept(HTTPGateway.description, of: HTTPGateway.contributor)
    for (plugin, description) in contributions { try catalogue.accept(description, of: plugin) }
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let hub = EventHub(config: events, logger: logger)
    let identity = await IdentityService(config: try IdentityConfig(secret: secret), plugins: plugins, catalogue: catalogue)
    let port = AsyncStream.makeStream(of: Int.self)
    let gateway = HTTPGateway(
      config: config, catalogue: catalogue, plugins: plugins, identity: identity, hub: hub, events: events, report: report,
      version: "1.0.0",
      logger: logger
    ) { port.continuation.yield($0) }
    let group = ServiceGroup(configuration: .init(services: [hub, gateway], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      guard let number = await port.stream.first(where: { _ in true }) else { return }
      let house = House(
        plugins: plugins, catalogue: catalogue, hub: hub, probe: HTTPProbe(port: number), tokens: try await TestTokens.all(secret))
      do {
        try await test(house)
      } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private static let report = SystemReport(
    readiness: { .init(isReady: true, checks: [("storage", "ok"), ("chat", "degraded")]) },
    plugins: { ["plugins": [["id": "storage-sqlite"]]] }, metrics: { "hivecore_up 1\n" })

  /// The rows authentication reads; nil for other reads.
  static func identityRow(_ read: JSON) -> JSON? {
    let tenant: JSON = ["id": .string(House.tenant), "slug": "acme", "is_active": true]
    switch read["collection"].string {
    case "user":
      let roles: [Int64: String] = [1: "owner", 2: "member", 4: "member"]
      let id = read["filter"][0][2].int ?? 0
      let memberships = roles[id].map { [["role": .string($0), "tenant": tenant]] as JSON } ?? []
      guard id < 10 else { return ["row": .null] }
      return ["row": ["id": .int(id), "is_active": .bool(id != 9), "is_staff": .bool(id == 4), "memberships": memberships]]
    case "api_key":
      let hash = read["filter"][0][2].string ?? ""
      let scopes: JSON = hash == TestTokens.sha256(key) ? ["read", "write", "ingest", "execute"] : ["read"]
      guard hash == TestTokens.sha256(key) || hash == TestTokens.sha256(readKey) else { return ["row": .null] }
      return [
        "row": [
          "id": "k1", "scopes": scopes, "revoked": false, "expires_at": .null, "last_used_at": "2999-01-01T00:00:00Z", "tenant": tenant,
        ]
      ]
    default: return nil
    }
  }
}
