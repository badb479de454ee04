import Catalogue
import Events
import Foundation
import Gateway
import Identity
import JSONRPC
import Logging
import Router
import Sandbox
import ServiceLifecycle
import Supervisor
import Systemd
import UnixSignals

/// A host put together, and its life.
struct RunningHost: Sendable {
  /// How much of a host to run.
  enum Extent: Equatable {
    case everything
    /// Every plugin, but no HTTP: for a command that moves rows of every kind.
    case plugins
    /// The plugins that provide these capabilities and nothing else, also no HTTP: for a command that needs no more.
    case providers(Set<String>)

    /// Enough for a command that only changes accounts.
    static let storage = Extent.providers(["storage"])
    /// Enough for a command that changes the catalogue of agents.
    static let agents = Extent.providers(["storage", "projects", "selection"])
  }

  /// The capabilities without which there is no serving; the others may be away.
  static let required = ["storage", "projects"]
  private static let readyLimit: Duration = .seconds(60)
  private static let lookInterval: Duration = .milliseconds(20)

  let config: HostConfig
  let world: World
  let router: MessageRouter
  let supervisor: PluginSupervisor
  let catalogue: LiveCatalogue
  let identity: IdentityService
  let hub: EventHub
  let manifests: LiveManifests
  let sandbox: SandboxReport
  let certificate: ServerCertificate?
  let log: LogStream
  let logger: Logger

  let extent: Extent

  private let reloadParts: [ReloadPart]

  var directory: ManifestDirectory { manifests.current }

  /// The manifests whose plugins this host starts.
  var entries: [ManifestDirectory.Entry] {
    switch extent {
    case .everything, .plugins: directory.entries
    case .providers(let capabilities): directory.entries.filter { !capabilities.isDisjoint(with: $0.manifest.provides) }
    }
  }

  let started = ContinuousClock.now
  /// Where the gateway listens, once it does.
  let address = Announcement<String>()

  init(
    config: HostConfig, world: World, router: MessageRouter, supervisor: PluginSupervisor, catalogue: LiveCatalogue,
    identity: IdentityService,
    hub: EventHub, manifests: LiveManifests, sandbox: SandboxReport, certificate: ServerCertificate?, log: LogStream,
    logger: Logger, extent: Extent, reloadParts: [ReloadPart]
  ) {
    self.config = config
    self.world = world
    self.router = router
    self.supervisor = supervisor
    self.catalogue = catalogue
    self.identity = identity
    self.hub = hub
    self.manifests = manifests
    self.reloadParts = reloadParts
    self.sandbox = sandbox
    self.certificate = certificate
    self.log = log
    self.logger = logger
    self.extent = extent
  }

  /// Runs a host until TERM or INT.
  ///
  /// - Parameter read: reads its configuration, now and again at each reload.
  static func serve(_ world: World, read: @escaping @Sendable () throws -> HostReload.Source) async throws {
    let source = try read()
    if let listener = try world.service.listener() { try listener.adopt() }
    try await locked(source.config, world, extent: .everything) { host in
      for warning in UnusedVariables.warnings(world.environment) + source.config.services.unused { host.logger.warning("\(warning)") }
      let reload = HostReload(
        source, supervisor: host.supervisor, manifests: host.manifests, parts: host.reloadParts, installation: world.installation,
        notifier: ServiceNotifier(socket: world.service.notifySocket), logger: host.logger, read: read)
      try await host.services(servesHTTP: true, reload: reload).run()
    }
  }

  /// Runs a host beside the body, and stops it when the body ends, however it ends.
  static func with<Value: Sendable>(
    _ config: HostConfig, _ world: World, extent: Extent = .everything, _ body: @escaping @Sendable (RunningHost) async throws -> Value
  ) async throws -> Value {
    try await locked(config, world, extent: extent) { host in
      let command = CommandService { try await body(host) }
      try await host.services(servesHTTP: extent == .everything, reload: nil, command: command).run()
      guard let value = command.value else { throw CancellationError() }
      return value
    }
  }

  private static func locked<Value: Sendable>(
    _ config: HostConfig, _ world: World, extent: Extent, _ body: (RunningHost) async throws -> Value
  ) async throws -> Value {
    try config.data.prepare()
    let lock = try await RunLock.take(config.data.run, pid: ProcessInfo.processInfo.processIdentifier)
    let host = try await HostAssembly(config: config, world: world, extent: extent).make()
    defer { host.log.flush() }
    let value = try await body(host)
    withExtendedLifetime(lock) {}
    return value
  }

  /// Stopped in reverse: first no new requests, last the plugins.
  ///
  /// - Parameters:
  ///   - reload: nil for a host that lives as long as a command: no signal means anything to it.
  ///   - command: what such a host lives for.
  private func services(servesHTTP: Bool, reload: HostReload?, command: (any Service)? = nil) -> ServiceGroup {
    var services: [any Service] = [PluginService(host: self), hub, ControlService(host: self, reload: reload)]
    if let reload { services.append(ReloadService(reload: reload, logger: logger)) }
    if servesHTTP {
      services.append(IdentityUpkeep(plugins: RoutedCaller(router: router), logger: logger))
      if let certificate { services.append(CertificateService(certificate: certificate, logger: logger)) }
      services.append(gateway(listener: reload == nil ? nil : try? world.service.listener()?.descriptor))
    }
    if reload != nil {
      services.append(ServiceReport(host: self, environment: world.service, notifier: ServiceNotifier(socket: world.service.notifySocket)))
    }
    var all = services.map { ServiceGroupConfiguration.ServiceConfiguration(service: NamedService($0)) }
    if let command {
      all.append(
        .init(
          service: NamedService(command), successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup))
    }
    return ServiceGroup(
      configuration: .init(services: all, gracefulShutdownSignals: reload == nil ? [] : [.sigterm, .sigint], logger: logger))
  }

  private func gateway(listener: CInt?) -> HTTPGateway {
    var gateway = GatewayConfig()
    gateway.listener = listener
    gateway.host = config.host
    gateway.port = config.port
    gateway.corsOrigins = config.corsAllowedOrigins
    gateway.isDevelopment = config.isDevelopment
    gateway.spoolDirectory = config.data.run
    // A quarter stays for plugins and files: a host without descriptors could not start a plugin again.
    gateway.connectionLimit = min(gateway.connectionLimit, OpenFileLimit.raise() / 4 * 3)
    gateway.trustedProxies = config.trustedProxies
    gateway.addressRate = config.addressRate
    gateway.tenantRate = config.tenantRate
    gateway.allowedHosts = config.allowedHosts
    gateway.certificate = certificate
    gateway.tenantBaseDomain = config.tenantBaseDomain
    let report = SystemReport(
      readiness: { await readiness() }, plugins: { await status() }, metrics: { await metrics() })
    return HTTPGateway(
      config: gateway, catalogue: catalogue, plugins: RoutedCaller(router: router), identity: identity, hub: hub, report: report,
      version: HiveCoreVersion.text, logger: logger,
      bound: { port in
        let url = "\(config.tls == nil ? "http" : "https")://\(config.host):\(port)"
        config.data.announce(url)
        logger.notice("serving", metadata: ["url": "\(url)", "data": "\(config.data.root)"])
        address.publish(url)
      }, access: { [log, logger] in log.write($0, label: logger.label) })
  }

  /// Waits until the gateway listens and every plugin serves.
  ///
  /// - Returns: the gateway's address.
  func ready() async throws -> String {
    try await settled()
    while true {
      if let url = address.known { return url }
      try await Task.sleep(for: Self.lookInterval)
    }
  }

  /// Waits until every plugin this host starts serves.
  func settled() async throws {
    let deadline = ContinuousClock.now + Self.readyLimit
    while true {
      let plugins = await supervisor.status()
      if plugins.count == entries.count(where: \.manifest.enabled), plugins.allSatisfy({ $0.state == .ready }) { return }
      if let failed = plugins.first(where: { $0.state == .failed || $0.state == .quarantined }) { throw NotReady(failed) }
      guard ContinuousClock.now < deadline else { throw NotReady(plugins.first { $0.state != .ready }) }
      try await Task.sleep(for: Self.lookInterval)
    }
  }

  struct NotReady: Error, CustomStringConvertible {
    let description: String

    init(_ plugin: PluginStatus?) {
      let lines = plugin?.lines.suffix(5).map { "\n  | \($0)" }.joined() ?? ""
      description =
        "plugin \(plugin?.id ?? "?") does not get ready: \(plugin?.problem ?? plugin?.state.rawValue ?? "it was not started")\(lines)"
    }
  }
}
