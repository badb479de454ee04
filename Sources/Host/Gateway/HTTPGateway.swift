package import Catalogue
package import Events
import Hummingbird
import HummingbirdCore
package import Identity
package import Logging
package import PluginProtocol
import ServiceLifecycle

/// The HTTP side of the host. It knows no domain: what it serves is in the catalogue.
package struct HTTPGateway: Sendable {
  /// The name under which the host's own routes and collections stand in the catalogue.
  package static let contributor = "host"

  /// Identity's collections and routes and the gateway's own: what the host puts into the catalogue before any plugin.
  package static let description = PluginDescription(
    provides: IdentityRoutes.description.provides + SystemRoutes.description.provides, collections: IdentityRoutes.description.collections,
    routes: IdentityRoutes.description.routes + SystemRoutes.description.routes, schemas: IdentityRoutes.description.schemas)

  private let config: GatewayConfig
  private let responder: GatewayResponder
  private let logger: Logger
  private let departures = Departures()
  private let bound: @Sendable (Int) async -> Void

  /// - Parameters:
  ///   - catalogue: already holds ``description`` under ``contributor``.
  ///   - report: what runs, from the supervisor.
  ///   - bound: told the port once the gateway listens.
  ///   - access: told of each request that was answered.
  package init(
    config: GatewayConfig, catalogue: LiveCatalogue, plugins: any PluginCaller, identity: IdentityService, hub: EventHub,
    events: EventConfig = EventConfig(), report: SystemReport, version: String, clock: WallClock = .system, logger: Logger,
    bound: @escaping @Sendable (Int) async -> Void = { _ in }, access: @escaping @Sendable (AccessRecord) -> Void = { _ in }
  ) {
    self.config = config
    self.logger = logger
    self.bound = bound
    let methods = MethodRoutes(plugins: plugins, config: config, clock: clock)
    let metrics = RequestMetrics()
    responder = GatewayResponder(
      config: config, catalogue: catalogue, identity: identity, collections: CollectionRoutes(plugins: plugins, config: config),
      methods: methods,
      streams: StreamRoutes(plugins: plugins, hub: hub, methods: methods, config: config, events: events, clock: clock),
      system: SystemRoutes(report: report, version: version, requests: metrics), departures: departures, cors: CORSPolicy(config),
      log: AccessLog(write: access), throttle: RequestThrottle(config), hosts: HostRule(config), metrics: metrics)
  }

  /// Serves until the task is cancelled or the service group shuts down: then running requests are finished, streams closed.
  package func run() async throws {
    try await GatewayServer(config: config, responder: responder, departures: departures, logger: logger, bound: bound).run()
  }
}

extension HTTPGateway: Service {}
