import JSONRPC
import Logging
import ServiceLifecycle
import Supervisor
import Systemd
import UnixSignals

/// Something of a running host that takes over changed configuration.
struct ReloadPart: Sendable {
  /// The keys of `hivecore.toml` it covers; it is asked at each reload, also when none of them changed, for what they name may have.
  let keys: [String]
  let apply: @Sendable (HostConfig) async throws -> Void

  init(_ keys: [String], apply: @escaping @Sendable (HostConfig) async throws -> Void) {
    self.keys = keys
    self.apply = apply
  }
}

/// Reads the configuration and the manifests again and applies the difference.
actor HostReload {
  /// What a host reads at its start.
  struct Source: Sendable {
    let config: HostConfig
    let resolved: ResolvedConfig
  }

  private let read: @Sendable () throws -> Source
  private let supervisor: PluginSupervisor
  private let manifests: LiveManifests
  private let parts: [ReloadPart]
  private let notifier: ServiceNotifier
  private let installation: Installation
  private let logger: Logger
  private var inForce: Source

  init(
    _ source: Source, supervisor: PluginSupervisor, manifests: LiveManifests, parts: [ReloadPart], installation: Installation,
    notifier: ServiceNotifier,
    logger: Logger,
    read: @escaping @Sendable () throws -> Source
  ) {
    inForce = source
    self.supervisor = supervisor
    self.manifests = manifests
    self.parts = parts
    self.notifier = notifier
    self.installation = installation
    self.logger = logger
    self.read = read
  }

  /// - Returns: `{"plugins": […], "problems": […], "config": {"applied": […], "at_restart": […]}}`.
  /// - Throws: what is wrong with the configuration; nothing changed then.
  func run() async throws(RPCError) -> JSON {
    notifier.send(.reloading)
    defer { notifier.send(.ready) }
    let fresh: Source
    let directory: ManifestDirectory
    do {
      fresh = try read()
      directory = try HostAssembly.manifests(fresh.config, installation, logger)
    } catch {
      throw .application("configuration", status: 400, "\(error)")
    }
    var problems = directory.problems.map { "\($0)" }
    manifests.replace(directory)
    let changes = try await supervisor.reload(directory.entries)
    problems += changes.compactMap { change in change.problem.map { "\(change.plugin): \($0)" } }
    for part in parts {
      do { try await part.apply(fresh.config) } catch { problems.append("\(part.keys.joined(separator: ", ")): \(error)") }
    }
    let changed = ConfigKey.all.map(\.name).filter { fresh.resolved.value($0).texts != inForce.resolved.value($0).texts }
    let live = Set(parts.flatMap(\.keys) + ["plugins"])
    let waiting = changed.filter { !live.contains($0) }
    logger.notice(
      "reloaded",
      metadata: [
        "plugins": "\(changes.map(\.plugin).joined(separator: " "))", "problems": "\(problems.count)",
        "at_restart": "\(waiting.joined(separator: " "))",
      ])
    return [
      "plugins": .array(changes.map(\.json)), "problems": JSON(problems),
      "config": ["applied": JSON(changed.filter(live.contains)), "at_restart": JSON(waiting)],
    ]
  }
}

extension PluginChange {
  var json: JSON { ["plugin": .string(plugin), "change": .string(kind.rawValue), "problem": JSON(problem)] }
}

/// Reloads at SIGHUP.
struct ReloadService: Service {
  let reload: HostReload
  let logger: Logger

  func run() async throws {
    for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
      do throws(RPCError) {
        let result = try await reload.run()
        for problem in result["problems"].array ?? [] { logger.error("reload", metadata: ["problem": "\(problem.string ?? "")"]) }
      } catch {
        logger.error("not reloaded", metadata: ["reason": "\(error.message)"])
      }
    }
  }
}
