import Foundation
import Router
import Testing

@testable import Supervisor

/// The manifests we ship ask for as little as they can.
@Suite struct PrivilegeTests {
  static let manifests: [ManifestDirectory.Entry] = {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return (try? ManifestDirectory.load(sources.appending(path: "plugins.d").path))?.entries ?? []
  }()

  /// Those whose work is outside.
  private static var reachesOut: Regex<(Substring, Substring)> { /^(llm|mcp|storage-postgres|artifacts-s3|notify|webhooks|otel)/ }

  @Test func `all of them are read`() { #expect(Self.manifests.count >= 8) }

  @Test(arguments: manifests.map(\.manifest.id)) func `asks for no more than its work needs`(id: String) throws {
    let manifest = try #require(Self.manifests.first { $0.manifest.id == id }).manifest
    #expect(manifest.sandbox.require == .full)
    if manifest.sandbox.network != .none { #expect(id.contains(Self.reachesOut), "it works for the house alone: network = \"none\"") }
    for path in manifest.sandbox.write { #expect(["$STATE", "$WORKSPACES"].contains(path), "\(path)") }
    #expect(!manifest.sandbox.write.contains("$WORKSPACES") || manifest.grants.contains(.sandbox), "only who runs commands has workspaces")
    #expect(manifest.limits.memoryByteCount <= 512 << 20 && manifest.limits.processCount <= 64 && manifest.limits.fileCount <= 256)
    #expect(!manifest.requires.contains { manifest.provides.contains($0) }, "nobody calls itself by way of the host")
    if manifest.provides.contains("llm") || manifest.provides.contains("blobs") {
      #expect(!manifest.requires.contains("storage") && manifest.grants.isEmpty, "a driver of the world outside sees no tenant's rows")
    }
  }

  @Test(arguments: manifests.map(\.file)) func `says which network it has`(file: String) throws {
    #expect(try String(contentsOfFile: file, encoding: .utf8).contains(/\nnetwork = "/), "an explicit line is read by whoever reviews it")
  }
}
