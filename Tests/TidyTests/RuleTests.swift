import Foundation
import Testing

/// docs/STYLE.md, rules 6–12, and the house's habits: what a line may hold where.
@Suite struct RuleTests {
  @Test func `SQL stands only in StorageKit and the drivers`() {
    let others = SourceTree.sources.filter { !$0.room.hasPrefix("Storage") && $0.room != "DjangoReader" }
    #expect(others.flatMap { $0.matches(/"[^"]*\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE)\b/) } == [])
  }

  @Test func `nothing is forced`() {
    #expect(SourceTree.sources.flatMap { $0.matches(/\btry!|\bas! |fatalError\(/) } == [])
  }

  @Test func `tasks have parents`() {
    let bridge = SourceTree.sources.filter { !$0.path.hasSuffix("TaskBridge.swift") }
    #expect(bridge.flatMap { $0.matches(/\bTask(\.detached)?(\(priority: [^)]*\))? \{/) } == [])
    #expect(SourceTree.sources.filter { $0.path.hasSuffix("TaskBridge.swift") }.count <= 1)
  }

  @Test func `shared state has one owner the compiler sees`() {
    #expect(SourceTree.sources.flatMap { $0.matches(/@unchecked Sendable|nonisolated\(unsafe\)/) } == [])
  }

  @Test func `unsafe stays at the edges of C`() {
    let edges: Set = ["Sandbox", "Systemd", "UnixTransport", "StorageSQLite", "Digests", "DjangoReader"]
    #expect(SourceTree.sources.filter { !edges.contains($0.room) }.flatMap { $0.matches(/\bunsafe\b|Unsafe\w*Pointer/) } == [])
  }

  @Test func `plugins never import all of Foundation`() {
    #expect(SourceTree.sources.filter { $0.wing != "Host" }.flatMap { $0.matches(/^(public |package )?import Foundation$/) } == [])
  }

  @Test func `only HostCommand and a plugin's main read the environment`() {
    #expect(
      SourceTree.sources.filter { $0.room != "HostCommand" }.flatMap { $0.matches(/ProcessInfo\.processInfo\.environment|\bgetenv\(/) }
        == [])
  }

  @Test func `nothing is unfinished`() {
    let words = /\b(TODO|FIXME|XXX|HACK)\b/
    let product = SourceTree.texts.filter { $0.path.hasPrefix("Sources/") || $0.path.hasPrefix("scripts/") }
    #expect(product.flatMap { file in file.lines.filter { $0.contains(words) }.map { "\(file.path): \($0)" } } == [])
  }

  @Test func `tests wait for conditions, never for a time, and none is switched off`() {
    let tests = SourceTree.swift.filter { $0.wing == "Tests" && $0.room != "TidyTests" }
    #expect(tests.flatMap { $0.matches(/Task\.sleep\(for: \.seconds|XCTSkip|\.disabled\(/) } == [])
  }

  /// It may wait for ever for the end of a program, and hands it descriptors of other tests: `SpawnedProgram` does neither.
  @Test func `tests start programs without Foundation`() {
    let tests = SourceTree.swift.filter { $0.wing == "Tests" && $0.room != "TidyTests" && $0.room != "Benchmarks" }
    #expect(tests.flatMap { $0.matches(/\bProcess\(\)/) } == [])
  }
}
