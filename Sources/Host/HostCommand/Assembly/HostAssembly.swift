import Catalogue
import Crypto
import Events
import Foundation
import Gateway
import Identity
import JSONRPC
import Logging
import NIOCore
import NIOPosix
import Router
import Sandbox
import Supervisor
import Systemd
import UnixTransport

/// Puts a host together: every room gets what it needs of the others, and nothing else.
struct HostAssembly {
  let config: HostConfig
  let world: World
  let extent: RunningHost.Extent

  func make() async throws -> RunningHost {
    SystemTime.keepTimeZone()
    let log = LogStream(extent == .everything ? config.logLevel : max(config.logLevel, .warning))
    let logger = Logger(label: "hivecore") { LineLogHandler(label: $0, stream: log) }
    let loops = MultiThreadedEventLoopGroup.singleton
    let spawner = try await Spawner.start(runLock: RunLock.processes(in: config.data.run), cgroup: config.cgroup)
    spawner.report.log(to: logger)
    let router = MessageRouter(eventLoop: loops.next(), logger: logger)
    let catalogue = LiveCatalogue()
    try catalogue.accept(HTTPGateway.description, of: HTTPGateway.contributor)
    let manifests = LiveManifests(try Self.manifests(config, world.installation, logger), variables: variables)
    let keeper = CatalogueKeeper(catalogue: catalogue, router: router, logger: logger) { manifests.isThirdParty($0) }
    let hub = EventHub(logger: logger)
    await router.provide(
      router.jobMethods + [
        SandboxMethod(runner: WorkspaceRunner(spawner: spawner), root: { manifests.workspaceRoot($0) }).method,
        CatalogueMethod(keeper: keeper).method, EventsMethod(hub: hub, plugins: RoutedCaller(router: router)).method,
      ],
      notifications: [
        HostNotification("storage.committed", from: "storage") { bytes in
          if let params = try? JSON(parsing: Array(buffer: bytes)) { hub.committed(params) }
        }
      ])
    let secret = config.secretKey.isEmpty ? try config.data.secretKey(credentials: world.service.credentialsDirectory) : config.secretKey
    let caller = RoutedCaller(router: router)
    let identity = await IdentityService(config: try IdentityConfig(secret: secret), plugins: caller, catalogue: catalogue)
    let certificate = try config.tls.map { try ServerCertificate(chainFile: $0.certificate, keyFile: $0.key) }
    let supervisor = PluginSupervisor(environment(router, spawner, keeper, loops.next(), logger))
    let reloadParts =
      [ReloadPart(["log_level"]) { fresh in log.level = fresh.logLevel }] + (certificate.map { [Self.reloading($0)] } ?? [])
    return RunningHost(
      config: config, world: world, router: router, supervisor: supervisor, catalogue: catalogue, identity: identity, hub: hub,
      manifests: manifests, sandbox: spawner.report, certificate: certificate, log: log, logger: logger,
      extent: extent, reloadParts: reloadParts)
  }

  /// Reads the certificate again: its files may have changed, or others be named.
  private static func reloading(_ certificate: ServerCertificate) -> ReloadPart {
    ReloadPart(["tls_certificate", "tls_key"]) { fresh in
      guard let tls = fresh.tls else { return }
      try certificate.reload(chainFile: tls.certificate, keyFile: tls.key)
    }
  }

  /// Reads the manifests, at the start and at each reload.
  static func manifests(_ config: HostConfig, _ installation: Installation, _ logger: Logger) throws -> ManifestDirectory {
    let directory = try config.manifests(installation).refusing { manifest in
      config.isDevelopment || manifest.faults == nil
        ? nil : "'faults' is for rehearsals: it needs environment = \"development\" in hivecore.toml"
    }
    for problem in directory.problems { logger.error("a manifest is wrong; its plugin is off", metadata: ["problem": "\(problem)"]) }
    return directory
  }

  private func environment(
    _ router: MessageRouter, _ spawner: Spawner, _ keeper: CatalogueKeeper, _ outputLoop: any EventLoop, _ logger: Logger
  ) -> PluginEnvironment {
    let hooks = PluginHooks(
      described: { plugin, description async throws(RPCError) in try await keeper.described(plugin, description) },
      examined: { plugin, description async throws(RPCError) in try await keeper.examined(plugin, description) },
      prepared: { peer async throws(RPCError) in try await keeper.prepared(peer) }, removed: { plugin in await keeper.removed(plugin) })
    return PluginEnvironment(
      router: router, spawner: SandboxedSpawner(spawner), verifier: Self.verifier(world.installation),
      secrets: world.secrets, variables: variables, hooks: hooks, outputLoop: outputLoop, logger: logger)
  }

  /// What `$STATE` and the like stand for.
  private var variables: @Sendable (_ plugin: String) -> PathVariables {
    let config = config
    return { plugin in PathVariables(["STATE": config.data.state(of: plugin), "WORKSPACES": config.workspaces]) }
  }

  static func verifier(_ installation: Installation) -> ManifestVerifier {
    ManifestVerifier(locator: ExecutableLocator(besideProgram: installation.program)) { path in
      FileManager.default.contents(atPath: path).map { data in
        Hex.text(SHA256.hash(data: data))
      }
    }
  }
}

/// `catalogue.collections`.
struct CatalogueMethod: Sendable {
  let keeper: CatalogueKeeper

  var method: HostMethod {
    HostMethod("catalogue.collections", needsCause: false) { _ async throws(RPCError) in ByteBuffer(bytes: await keeper.collections.bytes) }
  }
}
