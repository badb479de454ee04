import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// A symbolic link in a workspace leads nowhere.
  @Suite struct WorkspaceLinkTests {
    private static let secret = "what another tenant wrote"

    /// The links lie there before the first try is committed; that try fails its validation, and the next one begins in a clean tree.
    @Test func `links that an agent leaves are neither followed nor delivered`() async throws {
      let folder = try PluginFolder()
      defer { folder.remove() }
      try folder.script([["match": ["purpose": "file"], "delay_ms": 400]])
      try await House.with(plugins: folder) { house in
        let workspaces = house.host.data.appending(path: "workspaces")
        let foreign = workspaces.appending(path: "\(UUID().uuidString.lowercased())/1/delivery/secret.txt")
        try FileManager.default.createDirectory(at: foreign.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(Self.secret.utf8).write(to: foreign)
        let round = try await Round.start(house.api, options: ["use_task_sharding": false])
        let trees = workspaces.appending(path: "\(house.tenant)/\(round.project)/work")
        let tree = try await eventually("the first file of a worktree", within: .seconds(60)) { firstWorktreeWithFiles(trees) }
        let page = try #require(try files(tree).first)
        try FileManager.default.removeItem(at: tree.appending(path: page))
        let links = [page: "/etc/passwd", "stolen.txt": foreign.path, "above.txt": "../../../../secret.key", "etc": "/etc"]
        for (name, target) in links {
          try FileManager.default.createSymbolicLink(atPath: tree.appending(path: name).path, withDestinationPath: target)
        }
        try await round.complete(house.api, within: .seconds(180))

        let delivered = try await round.files(house.api)
        #expect(delivered["index.html"] != nil)
        for name in ["stolen.txt", "above.txt", "etc", "etc/passwd"] { #expect(delivered[name] == nil, "\(name)") }
        for (name, text) in delivered {
          #expect(!text.contains(Self.secret) && !text.contains("root:") && !text.contains("/etc/passwd"), "\(name): \(text.prefix(200))")
        }
        let tries = try await house.api.get("/api/v1/execution/rounds/\(round.id)/requirements/").array ?? []
        let first = try #require(tries.first { $0["attempt_number"] == 1 && $0["status"] == "completed" }?["id"].string)
        let detail = try await house.api.get("/api/v1/execution/requirements/\(first)/")
        #expect(detail["is_passed"] == false && detail.text.contains("is a symbolic link"), "\(detail["validation_result"].text)")
        let usual = try await house.host.plugins()
        #expect(usual.values.allSatisfy { $0["state"] == "ready" && $0["restarts"] == 0 })
      }
    }

    private func firstWorktreeWithFiles(_ trees: URL) -> URL? {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: trees.path)) ?? []
      return names.sorted().map { trees.appending(path: $0) }.first { (try? files($0))?.isEmpty == false }
    }

    private func files(_ tree: URL) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: tree.path).filter { !$0.hasPrefix(".") }.sorted()
    }
  }
}
