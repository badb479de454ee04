import Conformance
import Foundation
import JSONRPC
import Supervisor
import TestSupport
import Testing

/// All our plugins keep the protocol, each within the walls of its manifest.
@Suite struct OurPluginTests {
  private static let manifests: [String] =
    (try? FileManager.default.contentsOfDirectory(
      atPath: HostProcess.sources.appending(path: "plugins.d").path))?.filter { $0.hasSuffix(".toml") }.sorted() ?? []

  @Test func `there are manifests`() { #expect(Self.manifests.count >= 10) }

  @Test(arguments: manifests) func `ours conform`(file: String) async throws {
    let manifest = try ManifestDirectory.read(HostProcess.sources.appending(path: "plugins.d/\(file)").path).manifest
    let verdict = try await Kit.verdict(manifest: manifest, executable: HostProcess.products.appending(path: manifest.exec).path)
    #expect(verdict.isPassed, "\(verdict.complaints)")
  }

  @Test func `the smallest Swift plugin conforms, also while it serves`() async throws {
    var candidate = try Candidate.bare(HostProcess.products.appending(path: "EchoPlugin").path, provides: ["echo"])
    candidate.hold = SampleCall("echo.hold")
    candidate.patience = .seconds(30)
    let verdict = try await Kit.verdict(candidate)
    #expect(verdict.isPassed, "\(verdict.complaints)")
    #expect(verdict.skipped == ["streams.credit", "streams.cancel", "streams.upload"])
  }

  @Test func `the example in Swift conforms, within the walls of its manifest`() async throws {
    let file = HostProcess.sources.appending(path: "Examples/collection-plugin-swift/60-inventory.toml").path
    let manifest = try ManifestDirectory.read(file).manifest
    let verdict = try await Kit.verdict(manifest: manifest, executable: HostProcess.products.appending(path: "Inventory").path)
    #expect(verdict.isPassed, "\(verdict.complaints)")
  }

  @Test(arguments: [("llm-plugin-python/llm_echo.py", "llm", 1), ("storage-plugin-python/storage_plugin.py", "storage", 64)])
  func `the examples in Python conform`(program: String, capability: String, concurrency: Int) async throws {
    let path = HostProcess.sources.appending(path: "Examples/\(program)").path
    var candidate = try Candidate.bare(path, provides: [capability], concurrency: concurrency)
    candidate.patience = .seconds(30)
    let verdict = try await Kit.verdict(candidate)
    #expect(verdict.isPassed, "\(verdict.complaints)")
  }
}
