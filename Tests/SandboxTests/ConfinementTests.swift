import Foundation
import Testing

@testable import Sandbox

@Suite struct ConfinementTests {
  @Test func `this machine's walls are found`() async throws {
    let report = try await Workshop.shared.spawner().report
    #expect(report.layers.map(\.layer).count == SandboxLayer.allCases.count)
    #expect(report.layers.allSatisfy { $0.engaged || !$0.detail.isEmpty }, "a missing layer says why")
    #expect(report.tier == .full, "\(report.layers.filter { !$0.engaged })")
  }

  @Test func `a command sees its own root and nothing of the host's`() async throws {
    let result = try await shell(
      "ls /; for f in /etc/shadow /root /home /work /var /run /sys /dev/vda /proc/kcore; do cat $f >/dev/null 2>&1 || ls $f >/dev/null 2>&1 && echo seen $f; done; ls /etc /dev"
    )
    #expect(!result.output.contains("seen"), "\(result.output)")
    let top = Set(result.output.split(separator: "\n").prefix { $0 != "workspace" }.map(String.init))
    #expect(top.isSubset(of: ["bin", "dev", "etc", "lib", "lib32", "lib64", "proc", "sbin", "tmp", "usr"]), "\(top)")
  }

  @Test func `it sees no process but its own`() async throws {
    let result = try await shell("for p in /proc/[0-9]*; do cat $p/comm; done; kill -0 \(getpid()) 2>/dev/null && echo reached; true")
    let names = result.output.split(separator: "\n")
    #expect(names.first == "hivecore-sandbo")
    #expect(names.count <= 3 && !names.contains("reached"), "\(names)")
  }

  @Test(arguments: ["socket.AF_INET", "socket.AF_INET6", "socket.AF_UNIX", "socket.AF_NETLINK", "socket.AF_VSOCK"])
  func `without a network no socket can be made`(family: String) async throws {
    let script = """
      import socket
      try: socket.socket(\(family), socket.SOCK_STREAM); print('made')
      except OSError as e: print(e.errno)
      """
    #expect(try await python(script).output == "\(EPERM)\n")
  }

  @Test func `socketpair still works without a network`() async throws {
    let result = try await python("import socket; a, b = socket.socketpair(); a.send(b'hi'); print(b.recv(2))")
    #expect(result.output == "b'hi'\n")
  }

  @Test(arguments: [
    "/x", "/usr/x", "/etc/x", "/bin/x", "/dev/x", "/proc/sys/kernel/hostname", "/lib/x", "/etc/passwd", "/proc/self/oom_score_adj",
  ])
  func `it cannot write outside`(path: String) async throws {
    let result = try await python(
      "import os\ntry: os.open('\(path)', os.O_WRONLY | os.O_CREAT); print('written')\nexcept OSError as e: print(e.strerror)")
    #expect(["Permission denied\n", "Read-only file system\n"].contains(result.output), "\(result.output)")
  }

  @Test func `it can write in its workspace and in its own tmp, and run what it wrote`() async throws {
    let result = try await shell("printf '#!/bin/sh\\necho ran' > run && chmod +x run && ./run && cp run /tmp && /tmp/run")
    #expect(result.output == "ran\nran\n")
    #expect(result.status == .code(0))
  }

  @Test func `no descriptor of the host is inherited`() async throws {
    let leaked = unsafe open("/etc/passwd", O_RDONLY)
    defer { close(leaked) }
    let child = try await start("ls /proc/self/fd")
    // 3 is the protocol's socket, 4 is ls reading the folder.
    #expect(await output(of: child) == "0\n1\n2\n3\n4\n")
    #expect(try await shell("ls /proc/self/fd").output == "0\n1\n2\n3\n", "a command has no socket")
  }

  @Test func `the environment is exactly what was given`() async throws {
    unsafe setenv("HIVECORE_TEST_SECRET", "do not leak", 1)
    let result = try await command(["/usr/bin/env"]) { $0.environment = ["GIVEN": "yes"] }
    let names = Set(result.output.split(separator: "\n").compactMap { $0.split(separator: "=").first })
    #expect(names == ["GIVEN", "HOME", "LANG", "PATH", "SWIFT_BACKTRACE", "TMPDIR"])
  }

  @Test func `privileges are gone for good`() async throws {
    let status = try await shell("cat /proc/self/status").output
    let lines = Dictionary(
      status.split(separator: "\n").map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
      }, uniquingKeysWith: { first, _ in first })
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] { #expect(lines[set] == "0000000000000000", "\(set)") }
    #expect(lines["NoNewPrivs"] == "1")
    #expect(lines["Seccomp"] == "2")
    #expect(lines["Uid"]?.hasPrefix("1000") == true)
  }

  @Test func `on the host it runs as nobody important`() async throws {
    let child = try await start("echo ready; exec sleep 1000")
    try await waitForOutput("ready", of: child)
    let program = try #require(child.programPID)
    let status = String(decoding: try #require(readSmallFile("/proc/\(program)/status")), as: UTF8.self)
    let uid = try #require(status.split(separator: "\n").first { $0.hasPrefix("Uid:") })
    #expect(uid.contains(SandboxUser.canBeAssumed ? "\t\(SandboxUser.shared.id)\t" : "\t\(geteuid())\t"))
    child.kill()
    #expect(await child.wait() == .signal(SIGKILL))
  }

  @Test func `a setuid file cannot be made`() async throws {
    let script =
      "import os\nopen('f','w')\nfor m in (0o4755, 0o2755):\n  try: os.chmod('f', m); print('made')\n  except OSError as e: print(e.errno)\nos.chmod('f', 0o755)\ntry: os.open('g', os.O_CREAT | os.O_WRONLY, 0o4755); print('made')\nexcept OSError as e: print(e.errno)"
    #expect(try await python(script).output == "\(EPERM)\n\(EPERM)\n\(EPERM)\n")
  }

  @Test func `a plugin's state is writable but not executable`() async throws {
    let root = try WorkspaceRoot()
    let child = try await start("cd /state && echo 'echo ran' > f && chmod +x f && cat f; ./f 2>/dev/null; echo $?") {
      $0.mounts.append(BindMount("\(root.path)/one", at: "/state", access: .readWrite))
    }
    #expect(await output(of: child) == "echo ran\n126\n")
  }
}
