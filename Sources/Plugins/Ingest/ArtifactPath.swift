import JSONRPC
import PluginKit

/// Where an artifact lies in its round: relative, without a way out. Source: contract http.md, section 16.
struct ArtifactPath {
  private static let nameLimit = 255

  let text: String
  let name: String

  /// Makes slashes of backslashes and leaves out what leads nowhere: empty parts and `.`.
  ///
  /// - Throws: 400 for `..`, a drive letter, a path that names nothing, and a name of more than 255 code points.
  init(_ sent: String) throws(RPCError) {
    let parts = sent.replacing("\\", with: "/").split(separator: "/").map(String.init).filter { $0 != "." }
    guard let name = parts.last else { throw Self.invalid("This field may not be blank.") }
    guard !parts.contains("..") else { throw Self.invalid("A path may not contain \"..\".") }
    guard !Self.isDrive(parts[0]) else { throw Self.invalid("A path may not begin with a drive letter.") }
    guard name.unicodeScalars.count <= Self.nameLimit else { throw Self.invalid("A file's name has at most \(Self.nameLimit) characters.") }
    self.name = name
    text = parts.joined(separator: "/")
  }

  private static func invalid(_ message: String) -> RPCError { HTTPCall.invalid("file_path", message) }

  private static func isDrive(_ part: String) -> Bool {
    part.utf8.count >= 2 && part.utf8.first.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 } == true
      && part.utf8.dropFirst().first == UInt8(ascii: ":")
  }

  /// What an object store is told.
  ///
  /// - Parameter isText: of files with an unknown ending.
  func contentType(isText: Bool) -> String {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let ending = parts.count > 1 ? parts.last?.lowercased() ?? "" : ""
    return Self.types[ending] ?? (isText ? "text/plain" : "application/octet-stream")
  }

  private static let types = [
    "py": "text/x-python", "js": "text/javascript", "jsx": "text/javascript", "ts": "text/typescript", "tsx": "text/typescript",
    "json": "application/json", "yaml": "text/yaml", "yml": "text/yaml", "md": "text/markdown", "html": "text/html", "css": "text/css",
    "sql": "text/x-sql",
  ]
}
