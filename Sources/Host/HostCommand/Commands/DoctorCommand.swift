import ArgumentParser
import Foundation
import Gateway
import JSONRPC
import Sandbox
import Supervisor

/// `hivecore doctor`
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look for what keeps a host from working here: configuration, data directory, manifests, sandbox.",
    discussion: "Exit code 0 when nothing keeps the host from starting, else 1.")

  @OptionGroup var options: DataOptions
  @Option(help: "Directory of the plugin manifests.") var plugins: String?
  @Flag(help: "Print JSON: {\"checks\": [{\"name\", \"state\", \"detail\"}]}.") var json = false

  func run() async throws {
    try await speaking { world in
      let checks = await examine(world)
      if json {
        Talk.out(JSON.object(["checks": .array(checks.map(\.json))]).text)
      } else {
        for check in checks {
          Talk.out("\(check.state.rawValue.padding(toLength: 5, withPad: " ", startingAt: 0)) \(check.name): \(check.detail)")
        }
      }
      guard checks.allSatisfy({ $0.state != .bad }) else { throw ExitStatus.failure }
    }
  }

  private func examine(_ world: World) async -> [HealthCheck] {
    var checks: [HealthCheck] = []
    let config: HostConfig
    do {
      config = try options.hostConfig(world, flags: plugins.map { ["plugins": $0] } ?? [:])
      checks.append(HealthCheck("configuration", .ok, "valid"))
    } catch {
      return [HealthCheck("configuration", .bad, "\(error)")]
    }
    checks += (UnusedVariables.warnings(world.environment) + config.services.unused).map { HealthCheck("environment", .warn, $0) }
    checks.append(dataDirectory(config.data))
    if let tls = config.tls { checks.append(certificate(tls.certificate, tls.key)) }
    checks += manifests(config, world)
    return checks + (await sandbox(config))
  }

  private func dataDirectory(_ data: DataDirectory) -> HealthCheck {
    do {
      try data.prepare()
      _ = try data.secretKey()
      return HealthCheck("data directory", .ok, data.root)
    } catch {
      return HealthCheck("data directory", .bad, "\(error)")
    }
  }

  private func certificate(_ chain: String, _ key: String) -> HealthCheck {
    do {
      _ = try ServerCertificate(chainFile: chain, keyFile: key)
      return HealthCheck("certificate", .ok, chain)
    } catch {
      return HealthCheck("certificate", .bad, "\(error)")
    }
  }

  private func manifests(_ config: HostConfig, _ world: World) -> [HealthCheck] {
    do {
      let directory = try config.manifests(world.installation)
      let verifier = HostAssembly.verifier(world.installation)
      let broken = directory.problems.map { HealthCheck("manifest", .bad, "\($0)") }
      let enabled = directory.entries.filter(\.manifest.enabled)
      let problems = enabled.flatMap { entry in
        verifier.problems(of: entry, among: directory.entries).map { HealthCheck("plugin \(entry.manifest.id)", .bad, "\($0)") }
      }
      let all = broken + problems
      return all.isEmpty ? [HealthCheck("plugins", .ok, "\(enabled.count) enabled in \(config.pluginDirectory)")] : all
    } catch {
      return [HealthCheck("manifests", .bad, "\(error)")]
    }
  }

  private func sandbox(_ config: HostConfig) async -> [HealthCheck] {
    do {
      let report = try await Spawner.start(cgroup: config.cgroup).report
      let tier = HealthCheck("sandbox", report.tier == .full ? .ok : .warn, "tier \(report.tier.rawValue)")
      return [tier]
        + report.layers.map { layer in
          HealthCheck(
            "sandbox \(layer.layer.rawValue)", layer.engaged ? .ok : .warn, layer.engaged ? "engaged \(layer.detail)" : layer.detail)
        }
    } catch {
      return [HealthCheck("sandbox", .bad, "\(error)")]
    }
  }
}

/// One finding of the doctor.
struct HealthCheck {
  enum State: String { case ok, warn, bad }

  let name: String
  let state: State
  let detail: String

  init(_ name: String, _ state: State, _ detail: String) {
    self.name = name
    self.state = state
    self.detail = detail.trimmingCharacters(in: .whitespaces)
  }

  var json: JSON { ["name": .string(name), "state": .string(state.rawValue), "detail": .string(detail)] }
}
