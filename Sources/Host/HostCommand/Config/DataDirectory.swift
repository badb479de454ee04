import Foundation

/// The directory that holds everything a host keeps.
struct DataDirectory: Sendable {
  struct Problem: Error, CustomStringConvertible {
    let path: String
    let message: String
    var description: String { "\(path): \(message)" }
  }

  /// Absolute.
  let root: String

  init(_ path: String) { root = URL(filePath: path).standardizedFileURL.path }

  func path(_ name: String) -> String { root + "/" + name }

  var run: String { path("run") }
  var controlSocket: String { path("run/control.sock") }

  /// A plugin's own directory.
  func state(of plugin: String) -> String { path("state/" + plugin) }

  /// Makes the directories, only for this user where secrets or sockets lie.
  func prepare() throws {
    try make(root, mode: 0o755)
    try make(run, mode: 0o700)
    try make(path("state"), mode: 0o755)
    try make(path("workspaces"), mode: 0o755)
  }

  func make(_ directory: String, mode: Int) throws {
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: mode])
    } catch {
      throw Problem(path: directory, message: "cannot be made; choose another data directory with --data")
    }
  }

  /// Writes the gateway's address to `run/address`, for scripts that started the host on a free port.
  func announce(_ url: String) {
    _ = FileManager.default.createFile(atPath: path("run/address"), contents: Data((url + "\n").utf8))
  }

  /// The name under which a service manager may hand in the key.
  static let secretCredential = "hivecore.secret_key"

  /// The secret that signs tokens: the service manager's credential, else the data directory's own, made on first use.
  func secretKey(credentials: String? = nil) throws -> String {
    if let credentials, let key = try readKey("\(credentials)/\(Self.secretCredential)") { return key }
    let file = path("secret.key")
    if let key = try readKey(file) { return key }
    var random = SystemRandomNumberGenerator()
    let words = (0..<4).map { _ in String(random.next(), radix: 16) }
    let key = words.map { String(repeating: "0", count: 16 - $0.count) + $0 }.joined()
    // Made where only this user can look, so that nobody reads it before its mode is set.
    let draft = path("run/secret.key.new")
    do {
      try Data((key + "\n").utf8).write(to: URL(filePath: draft))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: draft)
      try FileManager.default.moveItem(atPath: draft, toPath: file)
    } catch {
      throw Problem(path: file, message: "cannot be written")
    }
    return key
  }

  private func readKey(_ file: String) throws -> String? {
    guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8) else { return nil }
    let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard key.utf8.count >= 32 else {
      throw Problem(path: file, message: "must hold at least 32 bytes; remove it to have a new one made")
    }
    return key
  }
}
