import Foundation
import Testing

/// What readers find beside the code.
@Suite struct DocumentTests {
  static let documents = SourceTree.texts.filter { $0.path.hasSuffix(".md") }

  @Test func `links lead somewhere`() {
    let dead = Self.documents.flatMap { document in
      let folder = SourceTree.root.appending(path: document.path).deletingLastPathComponent()
      return document.lines.flatMap { $0.matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) }.map { String($0.1) }
        .filter { !FileManager.default.fileExists(atPath: folder.appending(path: $0).path) }.map { "\(document.path): \($0)" }
    }
    #expect(dead == [])
  }

  @Test func `decisions are numbered without gaps, in name and title`() {
    let decisions = Self.documents.filter { $0.path.hasPrefix("docs/adr/") }
    for (index, decision) in decisions.enumerated() {
      let number = String(index + 1)
      #expect(decision.name.hasPrefix(String(repeating: "0", count: 4 - number.count) + number + "-"), "\(decision.path)")
      #expect(decision.lines[0].hasPrefix("# \(number). "), "\(decision.path)")
    }
  }

  @Test func `nothing names the machine it was written on`() {
    let texts = SourceTree.texts.filter { !$0.path.hasPrefix("Tests/TidyTests/") }
    #expect(
      texts.flatMap { file in file.lines.filter { $0.contains(/\/work\/|\/tmp\/wt/) }.map { "\(file.path): \($0)" } } == [])
  }
}
