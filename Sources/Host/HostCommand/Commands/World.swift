import Foundation
import Supervisor
import Systemd

/// What a command reads of the world; nothing below HostCommand reads it itself.
struct World: Sendable {
  let environment: [String: String]
  let installation: Installation

  /// What a service manager told us.
  var service: ServiceEnvironment { ServiceEnvironment(environment, pid: ProcessInfo.processInfo.processIdentifier) }

  /// Reads what manifests only name.
  var secrets: SecretResolver {
    SecretResolver(
      environment: environment, credentialsDirectory: service.credentialsDirectory,
      readFile: { path in FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } })
  }

  static func current() -> World {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return World(environment: ProcessInfo.processInfo.environment, installation: Installation(program: program))
  }
}
