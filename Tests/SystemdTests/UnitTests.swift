import Foundation
import TestSupport
import Testing

private let analyze = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"].first { FileManager.default.isExecutableFile(atPath: $0) }

/// The units, by systemd's own judges.
@Suite(.enabled(if: analyze != nil, "needs systemd-analyze: scripts/setup --tests")) struct UnitTests {
  private static let units = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "systemd")

  /// Copies of the units that start a program of this machine.
  private static func copies() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "units-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["hivecore.service", "hivecore.socket"] {
      let text = try String(contentsOf: units.appending(path: name), encoding: .utf8)
      try text.replacing("/usr/bin/hivecore", with: "/bin/true").write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    return folder
  }

  @Test func `systemd finds nothing wrong with them`() async throws {
    let folder = try Self.copies()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (code, said) = try await Self.run([
      "verify", "--man=no", folder.appending(path: "hivecore.service").path, folder.appending(path: "hivecore.socket").path,
    ])
    #expect(code == 0 && !said.contains("hivecore"), "\(said)")
  }

  @Test func `the service exposes little: at most 3,0 of 10`() async throws {
    let folder = try Self.copies()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (code, said) = try await Self.run(["security", "--offline=true", "--threshold=30", folder.appending(path: "hivecore.service").path])
    #expect(code == 0, "\(said)")
    #expect(said.contains("exposure level"))
  }

  @Test func `what a sandbox is built with stays allowed`() async throws {
    let text = try String(contentsOf: Self.units.appending(path: "hivecore.service"), encoding: .utf8)
    let settings = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    for key in [
      "RestrictNamespaces", "ProtectControlGroups", "ProtectKernelTunables", "ProtectKernelLogs", "ProcSubset", "ProtectHostname",
    ] {
      #expect(!settings.contains { $0.hasPrefix("\(key)=") }, "\(key) keeps the host from building sandboxes")
    }
    let filter = try #require(settings.first { $0.hasPrefix("SystemCallFilter=") }).dropFirst("SystemCallFilter=".count).split(
      separator: " ")
    var allowed = Set(filter.map(String.init))
    var waiting = allowed.filter { $0.hasPrefix("@") }
    while let group = waiting.popFirst() {
      let members = try await Self.run(["syscall-filter", group]).output.split(separator: "\n").dropFirst().map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      for member in members where !member.hasPrefix("#") && allowed.insert(member).inserted && member.hasPrefix("@") {
        waiting.insert(member)
      }
    }
    let needed = [
      "clone", "execve", "execveat", "unshare", "mount", "umount2", "pivot_root", "open_tree", "move_mount", "mount_setattr", "sethostname",
      "setresuid", "setresgid", "setgroups", "capset", "prctl", "prlimit64", "landlock_create_ruleset", "landlock_add_rule",
      "landlock_restrict_self", "memfd_create", "close_range", "pidfd_send_signal", "waitid", "openat2", "symlink", "mkdir",
    ]
    #expect(needed.filter { !allowed.contains($0) } == [])
  }

  private static func run(_ arguments: [String]) async throws -> (code: Int32, output: String) {
    let result = try await RunningProcess.run(
      program: URL(filePath: analyze ?? ""), arguments: arguments,
      onlyEnvironment: ["PATH": "/usr/bin:/bin", "SYSTEMD_PAGER": "", "NO_COLOR": "1"])
    return (result.code, result.output + result.errors)
  }
}
