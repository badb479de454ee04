import Foundation
import Testing

@testable import Sandbox

@Suite struct LifeTests {
  @Test(arguments: [
    ("exit 0", TerminationStatus.code(0)), ("exit 7", .code(7)), ("exit 255", .code(255)), ("kill -9 $$", .signal(9)),
    ("kill -ABRT $$", .signal(6)), ("kill -SEGV $$", .signal(11)), ("kill -TERM $$", .signal(15)),
  ])
  func `the true end is reported`(script: String, expected: TerminationStatus) async throws {
    #expect(try await shell(script).status == expected)
  }

  @Test func `TERM reaches the program`() async throws {
    let child = try await start("trap 'echo ending; exit 7' TERM; echo ready; while :; do sleep 0.01; done")
    try await waitForOutput("ready", of: child)
    child.terminate()
    #expect(await child.wait() == .code(7))
    #expect(await output(of: child).contains("ending"))
  }

  @Test func `a program that knows nothing of TERM dies of it`() async throws {
    let child = try await start("echo ready; exec sleep 1000")
    try await waitForOutput("ready", of: child)
    child.terminate()
    #expect(await child.wait() == .signal(SIGTERM))
  }

  @Test func `a timeout kills the whole tree`() async throws {
    let result = try await shell("sleep \(mark(98761)) & (setsid sleep \(mark(98761)) &) ; echo started; sleep \(mark(98761))") {
      $0.timeout = .seconds(2)
    }
    #expect(result.timedOut && result.status == .signal(SIGKILL))
    #expect(result.output == "started\n")
    #expect(processes(marked: mark(98761)).isEmpty)
  }

  @Test func `grandchildren end with the program`() async throws {
    let result = try await shell("(setsid sleep \(mark(98762)) >/dev/null 2>&1 &); sleep 0.05; exit 4")
    #expect(result.status == .code(4) && !result.timedOut)
    #expect(processes(marked: mark(98762)).isEmpty)
  }

  @Test func `cancelling the caller kills the command`() async throws {
    let result = try await withThrowingTaskGroup(of: WorkspaceCommandResult.self) { group in
      group.addTask { try await shell("sleep \(mark(98763))") }
      #expect(try await becomesTrue(within: .seconds(20)) { !processes(marked: mark(98763)).isEmpty })
      group.cancelAll()
      return try #require(try await group.next())
    }
    #expect(result.status == .signal(SIGKILL))
    #expect(processes(marked: mark(98763)).isEmpty)
  }

  @Test func `nothing outlives a killed host`() async throws {
    _ = mark(98764)  // chosen here, so that the process below uses the same
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let child = try await start("(setsid sleep \(mark(98764)) &); echo ready; sleep \(mark(98764))")
      try await waitForOutput("ready", of: child)
      guard try await becomesTrue(within: .seconds(5), { processes(marked: mark(98764)).count >= 2 }) else { exit(1) }
      kill(getpid(), SIGKILL)
    }
    #expect(try await becomesTrue(within: .seconds(1)) { processes(marked: mark(98764)).isEmpty })
  }

  @Test func `the socket is descriptor 3`() async throws {
    let child = try await start("read line <&3; echo \"heard $line\" >&3")
    let socket = FileHandle(fileDescriptor: try #require(child.socket).rawValue, closeOnDealloc: false)
    try socket.write(contentsOf: Data("hello\n".utf8))
    #expect(try socket.readToEnd() == Data("heard hello\n".utf8))
    #expect(await child.wait() == .code(0))
  }

  @Test func `a program that is missing says so`() async throws {
    let spawner = try await Workshop.shared.spawner()
    var profile = SandboxProfile()
    profile.show(["/usr", "/lib", "/lib64"])
    await #expect(throws: SpawnError.neverStarted(stage: "exec", subject: "/usr/bin/no-such", errno: ENOENT)) {
      try await spawner.spawn(SpawnRequest("/usr/bin/no-such", argv: ["no-such"], profile: profile))
    }
    #expect(
      "\(SpawnError.neverStarted(stage: "exec", subject: "/x", errno: ENOENT))"
        == "not started, at exec of /x: No such file or directory (errno 2)")
    profile.mounts.append(BindMount("/no/such/folder"))
    await #expect(throws: SpawnError.neverStarted(stage: "mount", subject: "/no/such/folder", errno: ENOENT)) {
      try await spawner.spawn(SpawnRequest("/usr/bin/true", argv: ["true"], profile: profile))
    }
  }

  @Test func `two hundred spawns leave nothing behind`() async throws {
    // In a process of its own: other tests open descriptors meanwhile.
    await #expect(processExitsWith: .success) {
      let first = try await start("true")
      #expect(await first.wait() == .code(0))
      let before = try openDescriptors()
      for _ in 0..<20 {
        try await withThrowingTaskGroup(of: TerminationStatus.self) { group in
          for _ in 0..<10 {
            group.addTask { try await start("exit 5").wait() }
          }
          for try await status in group { #expect(status == .code(5)) }
        }
      }
      // The last children are let go just after their end is told.
      #expect(try await becomesTrue(within: .seconds(20)) { (try? openDescriptors()) == before })
      #expect(try zombies().isEmpty)
    }
  }
}

/// Those that a child is connected by; the runtime opens timers of its own.
private func openDescriptors() throws -> Int {
  try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
    let target = linkTarget("/proc/self/fd/\(name)") ?? ""
    return target.contains(/^(pipe|socket|anon_inode:\[pidfd|\/memfd)/)
  }.count
}

private func zombies() throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
    let status = readSmallFile("/proc/\(name)/status").map { String(decoding: $0, as: UTF8.self) } ?? ""
    return status.contains("State:\tZ") && status.contains("PPid:\t\(getpid())\n")
  }
}
