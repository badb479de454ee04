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

  @Test func `the example in Python conforms`() async throws {
    let example = HostProcess.sources.appending(path: "Examples/llm-plugin-python")
    var candidate = try Candidate.bare(example.appending(path: "llm_echo.py").path, provides: ["llm"], concurrency: 1)
    candidate.patience = .seconds(30)
    let verdict = try await Kit.verdict(candidate)
    #expect(verdict.isPassed, "\(verdict.complaints)")
  }
}
