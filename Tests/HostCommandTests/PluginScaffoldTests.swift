import Foundation
import Supervisor
import TestSupport
import Testing

@testable import HostCommand

@Suite struct PluginScaffoldTests {
  private func scaffold(
    _ name: String = "price-list", _ capability: String? = nil, _ language: PluginScaffold.Language = .python,
    in directory: String = "/srv/x",
    kit: KitSource? = .path("/srv/core")
  ) throws -> PluginScaffold {
    try PluginScaffold(name, capability: capability, language: language, directory: directory, kit: kit)
  }

  @Test(arguments: PluginScaffold.Language.allCases, [nil, "llm", "prices"])
  func `the manifest is one that a host reads, with the least rights`(language: PluginScaffold.Language, capability: String?) throws {
    let files = try scaffold("price-list", capability, language).files
    let file = try #require(files.first { $0.path == "60-price-list.toml" })
    let manifest = try Manifest(file.text, file: file.path)
    #expect(manifest.id == "price-list" && manifest.provides == [capability ?? "price-list"] && manifest.requires == [])
    #expect(manifest.exec.hasPrefix("/srv/x/") && manifest.grants == [] && manifest.sandbox.write == [])
    #expect(manifest.sandbox.network == .none && manifest.sandbox.require == .full)
    #expect(manifest.concurrency == (language == .python ? 1 : 64))
  }

  @Test(arguments: [
    ("Prices", nil, "lower-case"), ("9lives", nil, "a letter first"), ("", nil, "a plugin's name"), ("a/b", nil, "a plugin's name"),
    ("prices", "a b", "a capability's name"), ("prices", "storage", "docs/PROTOCOL.md, section 8"), ("prices", "models", "docs/LLM.md"),
  ])
  func `refuses what no host would take`(name: String, capability: String?, words: String) throws {
    let refusal = #expect(throws: PluginScaffold.Refusal.self) { try scaffold(name, capability) }
    #expect(refusal?.description.contains(words) == true, "\(refusal?.description ?? "")")
  }

  @Test func `a plugin in Swift must know where PluginKit is, and not be called like a module it needs`() throws {
    #expect(throws: PluginScaffold.Refusal.self) { try scaffold("prices", nil, .swift, kit: nil) }
    #expect(throws: PluginScaffold.Refusal.self) { try scaffold("plugin-kit", nil, .swift) }
    let package = try #require(try scaffold("prices", nil, .swift).files.first { $0.path == "Package.swift" }).text
    #expect(package.contains(#".package(name: "hivecore", path: "/srv/core")"#) && package.contains(#"package: "hivecore")"#))
    let url = KitSource("https://example.org/Teams/HiveCore.git")
    #expect(url == .url("https://example.org/Teams/HiveCore.git") && url.identity == "hivecore")
    #expect(KitSource("git@example.org:hivecore.git").identity == "hivecore" && KitSource("/srv/core/") == .path("/srv/core"))
  }

  @Test func `writes into a new or an empty folder and never over anything`() throws {
    let folder = try HostProcess.makeDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let empty = folder.appending(path: "empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    for place in [empty, folder.appending(path: "below/new")] {
      let made = try scaffold(in: place.path)
      try made.write()
      #expect(made.files.allSatisfy { FileManager.default.fileExists(atPath: place.appending(path: $0.path).path) })
      #expect(FileManager.default.isExecutableFile(atPath: place.appending(path: "price_list.py").path))
      #expect(throws: PluginScaffold.Refusal.self) { try scaffold("other", in: place.path).write() }
      #expect(!FileManager.default.fileExists(atPath: place.appending(path: "other.py").path))
    }
    let file = folder.appending(path: "file")
    try Data("mine".utf8).write(to: file)
    #expect(throws: PluginScaffold.Refusal.self) { try scaffold(in: file.path).write() }
    #expect(try String(contentsOf: file, encoding: .utf8) == "mine")
  }
}
