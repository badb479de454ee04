import Foundation
import Testing

/// The project's own text files, read once.
struct SourceTree {
  struct File: Sendable, CustomTestStringConvertible {
    /// From the root, e.g. `Sources/RPC/JSONRPC/JSON.swift`.
    let path: String
    let lines: [String]

    /// `RPC`, `Host` or `Plugins` for sources; `Tests` for tests.
    var wing: String { path.hasPrefix("Tests/") ? "Tests" : String(path.split(separator: "/")[1]) }
    /// The target's folder.
    var room: String {
      let parts = path.split(separator: "/")
      return String(path.hasPrefix("Tests/") ? parts[1] : parts[2])
    }
    var name: String { String(path.split(separator: "/").last ?? "") }
    var testDescription: String { path }

    /// Lines that hold a match of the pattern outside of comments, as `path:line: text`.
    func matches(_ pattern: some RegexComponent) -> [String] {
      lines.enumerated().filter { !isComment($0.element) && $0.element.contains(pattern) }.map { "\(path):\($0.offset + 1): \($0.element)" }
    }

    private func isComment(_ line: String) -> Bool { line.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let swift: [File] = files(under: ["Sources", "Tests"], endings: [".swift"])
  static let sources: [File] = swift.filter { $0.path.hasPrefix("Sources/") }
  static let texts: [File] = files(
    under: ["Sources", "Tests", "docs", "scripts", "plugins.d", "systemd", "Examples", "README.md", "CHANGELOG.md", ".ci"], endings: [])

  static func files(under roots: [String], endings: [String]) -> [File] {
    roots.flatMap { paths(under: $0) }.sorted().filter { path in endings.isEmpty || endings.contains { path.hasSuffix($0) } }.compactMap {
      path in
      guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { return nil }
      return File(path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
  }

  private static func paths(under name: String) -> [String] {
    let url = root.appending(path: name)
    guard (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true else {
      return FileManager.default.fileExists(atPath: url.path) ? [name] : []
    }
    let found = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
    return found.filter { !$0.contains(".build") && !$0.contains("__pycache__") }.map { "\(name)/\($0)" }
  }
}
