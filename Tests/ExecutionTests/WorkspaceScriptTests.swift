import Foundation
import JSONRPC
import TestSupport
import Testing

@testable import Execution

/// The scripts by themselves, over real git.
@Suite struct WorkspaceScriptTests {
  @Test func `opens worktrees of one repository side by side`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hive-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try await run(WorkspaceScript.prepare, [""], in: folder) == 0)
    for _ in 0..<10 {
      let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
        for name in ["A", "B", "C", "D"] {
          group.addTask { try await run(WorkspaceScript.open, ["work/\(name)", "main", "req/\(name)"], in: folder) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(codes == [0, 0, 0, 0])
      #expect(try await run(WorkspaceScript.prepare, [""], in: folder) == 0)
    }
  }
}

private func run(_ script: String, _ arguments: [String], in folder: URL) async throws -> Int32 {
  let environment = WorkspaceScript.environment(date: "2026-01-01T00:00:00Z").members.reduce(into: ["PATH": "/usr/bin:/bin"]) {
    $0[$1.0] = $1.1.string
  }
  return try await RunningProcess.run(
    program: URL(filePath: "/bin/sh"), arguments: ["-c", script, "sh"] + arguments, onlyEnvironment: environment, directory: folder
  ).code
}
