/// Where a secret is kept; the value itself never stands in a manifest.
package enum SecretReference: Sendable, Equatable {
  /// A variable of the host's environment.
  case environment(String)
  /// A file's content, without the line end behind it.
  case file(String)
  /// A systemd credential.
  case credential(String)
  /// The secret itself, from the host's own configuration; no manifest can say this.
  case given(String)

  package init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let name = String(text[text.index(after: colon)...])
    guard !name.isEmpty else { return nil }
    switch text[..<colon] {
    case "env": self = .environment(name)
    case "file" where name.hasPrefix("/"): self = .file(name)
    case "credential" where !name.contains("/"): self = .credential(name)
    default: return nil
    }
  }
}

/// Resolves references, in the host only and only when a plugin starts.
package struct SecretResolver: Sendable {
  private let environment: [String: String]
  private let credentialsDirectory: String?
  private let readFile: @Sendable (String) -> String?

  /// - Parameters:
  ///   - environment: the host's.
  ///   - credentialsDirectory: systemd's `$CREDENTIALS_DIRECTORY`.
  ///   - readFile: a file's content, nil when it cannot be read.
  package init(environment: [String: String], credentialsDirectory: String?, readFile: @escaping @Sendable (String) -> String?) {
    self.environment = environment
    self.credentialsDirectory = credentialsDirectory
    self.readFile = readFile
  }

  /// A secret that is not there; says where it was looked for.
  package struct Missing: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
  }

  package func resolve(_ reference: SecretReference) throws(Missing) -> String {
    switch reference {
    case .given(let value): return value
    case .environment(let name):
      guard let value = environment[name], !value.isEmpty else { throw Missing(description: "environment variable \(name) is not set") }
      return value
    case .file(let path): return try read(path)
    case .credential(let name):
      guard let credentialsDirectory else { throw Missing(description: "credential \(name): CREDENTIALS_DIRECTORY is not set") }
      return try read(credentialsDirectory + "/" + name)
    }
  }

  private func read(_ path: String) throws(Missing) -> String {
    guard let text = readFile(path) else { throw Missing(description: "\(path) cannot be read") }
    let value = String(text.reversed().drop { $0.isNewline }.reversed())
    guard !value.isEmpty else { throw Missing(description: "\(path) is empty") }
    return value
  }
}
