import Foundation
import Testing

/// docs/STYLE.md, rules 1–3: rooms, arrows, files and names.
@Suite struct RoomTests {
  static let rooms = Dictionary(grouping: SourceTree.sources, by: \.room).mapValues { $0[0].wing }

  @Test func `arrows point down only`() {
    let kits: Set = ["PluginKit", "StorageKit", "ModelKit", "ModelHTTP", "Digests", "CSQLite", "COpenSSL", "CMemory", "CPostgres"]
    let wrong = SourceTree.sources.flatMap { file in
      file.lines.compactMap { line -> String? in
        guard let match = line.firstMatch(of: /^(?:@testable |public |package |internal )*import (\w+)/),
          let wing = Self.rooms[String(match.1)]
        else {
          return nil
        }
        let target = String(match.1)
        let isFine =
          switch (file.wing, wing) {
          case (_, "RPC"): file.wing != "RPC" || target != file.room
          case ("Host", "Host"): file.room == "HostCommand" || Self.hostNeighbours[file.room, default: []].contains(target)
          case ("Plugins", "Plugins"): kits.contains(target)
          default: false
          }
        return isFine ? nil : "\(file.path): \(line)"
      }
    }
    #expect(wrong == [])
  }

  /// What a room of the host may see of another; everything else is handed in by HostCommand.
  static let hostNeighbours: [String: Set<String>] = [
    "Sandbox": ["CLinux"], "Systemd": ["CLinux"], "Supervisor": ["Sandbox", "Router"], "Identity": ["Catalogue"], "Events": ["Catalogue"],
    "Gateway": ["Catalogue", "Identity", "Events"], "Router": [], "DjangoImport": ["Catalogue"],
    "Conformance": ["Sandbox", "StorageConformance", "Supervisor"],
  ]

  @Test(arguments: SourceTree.swift) func `a file has at most 400 lines`(file: SourceTree.File) { #expect(file.lines.count <= 401) }

  @Test(arguments: SourceTree.swift) func `a function has at most 70 lines`(file: SourceTree.File) {
    var start: (line: Int, indent: Int)?
    for (index, line) in file.lines.enumerated() {
      let indent = line.prefix { $0 == " " }.count
      if let open = start {
        if line.hasPrefix(String(repeating: " ", count: open.indent) + "}"), indent == open.indent {
          #expect(index - open.line <= 71, "\(file.path):\(open.line + 1)")
          start = nil
        }
      } else if line.contains(/^\s*([@\w()]+ )*(func |init[(<?])/), line.hasSuffix("{") || !line.contains("{") {
        start = (index, indent)
      }
    }
  }

  @Test func `no file is called after anything`() {
    #expect(SourceTree.sources.filter { $0.name.contains(/(Utils?|Helpers?|Manager|Misc|Common)\d*\.swift$/) }.map(\.path) == [])
  }

  @Test func `no type bears its module's name`() {
    #expect(
      SourceTree.sources.flatMap { file in
        file.matches(/\b(struct|class|enum|actor|protocol) (\w+)\b/).filter {
          $0.contains(" \(file.room) ") || $0.contains(" \(file.room):")
        }
      } == [])
  }

  @Test func `a type's name means one thing wherever it can be seen`() {
    let kits: Set = ["PluginKit", "StorageKit", "ModelKit", "ModelHTTP", "Digests"]
    var homes: [String: [SourceTree.File]] = [:]
    for file in SourceTree.sources {
      for line in file.lines {
        guard let match = line.firstMatch(of: /^(?:\w+ )*(?:struct|class|enum|actor|protocol|typealias) (\w+)/), !line.hasPrefix("private ")
        else {
          continue
        }
        homes[String(match.1), default: []].append(file)
      }
    }
    func seesBoth(_ one: SourceTree.File, _ other: SourceTree.File) -> Bool {
      if one.wing == "RPC" || other.wing == "RPC" { return true }
      guard one.wing == other.wing else { return false }
      return one.wing == "Host" || one.room == other.room || kits.contains(one.room) || kits.contains(other.room)
    }
    let twins = homes.filter { _, files in
      files.indices.contains { first in files[(first + 1)...].contains { seesBoth(files[first], $0) } }
    }
    #expect(twins.map { "\($0.key): \($0.value.map(\.path))" }.sorted() == [])
  }

  @Test func `no file is empty`() { #expect(SourceTree.swift.filter { $0.lines.count < 3 }.map(\.path) == []) }

  static let promised: Set = ["JSONRPC", "PluginProtocol", "PluginKit"]

  @Test func `public is a promise made in three rooms only`() {
    let others = SourceTree.sources.filter { !Self.promised.contains($0.room) }
    #expect(others.flatMap { $0.matches(/^\s*public (?!import)/) } == [])
  }

  /// Also the cases of public enums, one a line, and the requirements of public protocols, which are public without the word.
  @Test func `what is public is documented`() {
    #expect(SourceTree.sources.filter { Self.promised.contains($0.room) }.flatMap(Self.undocumented) == [])
  }

  /// Public declarations without a comment on the line above, as `path:line: text`; attributes may stand between.
  private static func undocumented(_ file: SourceTree.File) -> [String] {
    var open: [Int] = []  // how far the public enums and protocols around a line are indented
    return file.lines.indices.filter { index in
      let line = file.lines[index]
      let indent = line.prefix { $0 == " " }.count
      if indent == open.last, line.dropFirst(indent).hasPrefix("}") { open.removeLast() }
      let isMember = open.last.map { $0 + 2 == indent } ?? false
      if line.contains(/^\s*public (indirect )?(enum|protocol) .*\{$/) { open.append(indent) }
      let isPublic =
        line.contains(/^\s*(@[\w().]+ )*public (?!import\b)/)
        || isMember && line.contains(/^\s*(@[\w().]+ )*(indirect |static |mutating )*(case|var|let|func|init|subscript|associatedtype)\b/)
      guard isPublic else { return false }
      if line.contains(/\bcase [\w`]+(\([^)]*\))?( = [^,"]+| = "[^"]*")?, |\benum .*\{ case\b/) { return true }
      let above = file.lines[..<index].last { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("@") } ?? ""
      return !above.trimmingCharacters(in: .whitespaces).hasPrefix("/// ")
    }.map { "\(file.path):\($0 + 1): \(file.lines[$0])" }
  }
}
