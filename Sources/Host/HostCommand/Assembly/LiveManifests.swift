import Router
import Supervisor
import Synchronization

/// The manifests in force: read at the start, and again by each reload.
final class LiveManifests: Sendable {
  private let directory: Mutex<ManifestDirectory>
  private let variables: @Sendable (_ plugin: String) -> PathVariables

  init(_ directory: ManifestDirectory, variables: @escaping @Sendable (_ plugin: String) -> PathVariables) {
    self.directory = Mutex(directory)
    self.variables = variables
  }

  var current: ManifestDirectory { directory.withLock { $0 } }

  func replace(_ fresh: ManifestDirectory) { directory.withLock { $0 = fresh } }

  private func manifest(_ plugin: String) -> Manifest? { current.entries.first { $0.manifest.id == plugin }?.manifest }

  /// A program that we did not install contributes under its own prefix only.
  func isThirdParty(_ plugin: String) -> Bool { manifest(plugin)?.exec.hasPrefix("/") ?? false }

  /// Where the workspaces are in which a plugin may run commands; nil when it may not, or is shown none.
  func workspaceRoot(_ plugin: String) -> String? {
    guard let manifest = manifest(plugin), manifest.grants.contains(.sandbox),
      let path = manifest.sandbox.write.first(where: { PathVariables.name(in: $0) == "WORKSPACES" })
    else { return nil }
    return variables(plugin).expand(path)
  }
}
