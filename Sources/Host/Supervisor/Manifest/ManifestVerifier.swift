/// Checks manifests against the machine and against each other, without starting anything.
package struct ManifestVerifier: Sendable {
  /// Capabilities with one active provider.
  package static let exclusive: Set<String> = ["storage", "bus"]

  private let locator: ExecutableLocator
  private let digest: @Sendable (String) -> String?

  /// - Parameter digest: the SHA-256 of a file's content in hexadecimal, nil when it cannot be read.
  package init(locator: ExecutableLocator, digest: @escaping @Sendable (String) -> String?) {
    self.locator = locator
    self.digest = digest
  }

  /// Why this manifest cannot be started, in the operator's words; empty when it can.
  package func problems(of entry: ManifestDirectory.Entry, among others: [ManifestDirectory.Entry]) -> [ConfigProblem] {
    let enabled = others.filter { $0.manifest.enabled && $0.manifest.id != entry.manifest.id }
    var messages = [executableProblem(entry.manifest)].compactMap { $0 }
    let provided = Set((enabled + [entry]).flatMap(\.manifest.provides))
    for name in entry.manifest.requires where !provided.contains(name) {
      let hint = NearestName.hint(name, among: provided)
      messages.append("requires '\(name)', which no enabled plugin provides\(hint)")
    }
    for name in entry.manifest.provides where Self.exclusive.contains(name) {
      for other in enabled where other.manifest.provides.contains(name) {
        messages.append("provides '\(name)', of which there can be one: \(other.file) provides it too")
      }
    }
    if !entry.manifest.protocolRange.contains(1) { messages.append("'protocol' leaves out version 1, the one this host speaks") }
    return messages.map { ConfigProblem(file: entry.file, line: nil, message: $0) }
  }

  /// The executable, if it is there and is the one the manifest pins.
  package func executable(of manifest: Manifest) throws(ExecutableProblem) -> String {
    guard let path = locator.find(manifest.exec) else {
      let places = manifest.exec.hasPrefix("/") ? "" : " in \(locator.directories.joined(separator: " or "))"
      throw ExecutableProblem(description: "executable '\(manifest.exec)' not found\(places)")
    }
    guard let pin = manifest.sha256 else { return path }
    guard let actual = digest(path) else { throw ExecutableProblem(description: "\(path) cannot be read") }
    guard actual == pin else {
      throw ExecutableProblem(description: "sha256 of \(path) is \(actual), the manifest pins \(pin)")
    }
    return path
  }

  private func executableProblem(_ manifest: Manifest) -> String? {
    do {
      _ = try executable(of: manifest)
      return nil
    } catch {
      return error.description
    }
  }
}

/// Why a plugin's program cannot be run.
package struct ExecutableProblem: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
}
