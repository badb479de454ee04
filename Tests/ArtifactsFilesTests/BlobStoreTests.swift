import Foundation
import JSONRPC
import TestSupport
import Testing

@testable import ArtifactsFiles

@Suite struct BlobStoreTests {
  private let state = FileManager.default.temporaryDirectory.appending(path: "blobs-\(UUID().uuidString)").path

  private func harness(_ config: JSONObject = [:]) async throws -> PluginHarness<ArtifactsFilesPlugin> {
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    return try await PluginHarness(ArtifactsFilesPlugin.self, config: config, paths: ["state": state])
  }

  @Test func `gives back what was put, also after a restart`() async throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let first = try await harness()
    let put = try await first.stream(
      "blobs.put", ["key": "a/b.bin", "content_type": "image/png", "stream": true], upload: bytes, tenant: "t1")
    #expect(put.result["size"] == 300_000)
    try await first.shutdown()
    let second = try await harness()
    let got = try await second.stream("blobs.get", ["key": "a/b.bin"], tenant: "t1")
    #expect(got.bytes == bytes)
    #expect(got.result["sha256"] == put.result["sha256"])
    #expect(got.result["content_type"] == "image/png")
    try await second.shutdown()
  }

  @Test func `a tenant cannot reach another's blob`() async throws {
    let harness = try await harness()
    _ = try await harness.stream("blobs.put", ["key": "k", "stream": true], upload: [1], tenant: "t1")
    await #expect(throws: RPCError.self) { try await harness.stream("blobs.get", ["key": "k"], tenant: "t2") }
    #expect(try await harness.call("blobs.delete", ["key": "k"], tenant: "t2")["deleted"] == false)
    #expect(try await harness.stream("blobs.get", ["key": "k"], tenant: "t1").bytes == [1])
    try await harness.shutdown()
  }

  @Test(arguments: ["../../etc/passwd", "/abs", "a/../b", "x\u{0}y", "ключ"])
  func `a key cannot lead out of the store`(key: String) async throws {
    let harness = try await harness()
    _ = try await harness.stream("blobs.put", ["key": .string(key), "stream": true], upload: [7], tenant: "t")
    #expect(try await harness.stream("blobs.get", ["key": .string(key)], tenant: "t").bytes == [7])
    let outside = try FileManager.default.contentsOfDirectory(atPath: state)
    #expect(outside == ["blobs"])
    try await harness.shutdown()
  }

  @Test func `replaces and deletes`() async throws {
    let harness = try await harness()
    for byte in [UInt8(1), 2] { _ = try await harness.stream("blobs.put", ["key": "k", "stream": true], upload: [byte], tenant: "t") }
    #expect(try await harness.stream("blobs.get", ["key": "k"], tenant: "t").bytes == [2])
    #expect(try await harness.call("blobs.delete", ["key": "k"], tenant: "t")["deleted"] == true)
    let error = await #expect(throws: RPCError.self) { try await harness.call("blobs.get", ["key": "k"], tenant: "t") }
    #expect(error?.applicationCode == "not_found")
    try await harness.shutdown()
  }

  @Test func `refuses more than its limit and keeps nothing of it`() async throws {
    let harness = try await harness(["max_bytes": 10])
    let error = await #expect(throws: RPCError.self) {
      try await harness.stream("blobs.put", ["key": "k", "stream": true], upload: Array(repeating: 0, count: 11), tenant: "t")
    }
    #expect(error?.applicationCode == "too_large")
    #expect(try FileManager.default.contentsOfDirectory(atPath: state + "/blobs/incoming").isEmpty)
    try await harness.shutdown()
  }
}
