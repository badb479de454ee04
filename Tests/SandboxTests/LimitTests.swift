import Foundation
import Testing

@testable import Sandbox

@Suite struct LimitTests {
  @Test func `a fork bomb stops at the limit of processes`() async throws {
    let script = """
      import os, time
      n = 0
      try:
        while n < 500:
          if os.fork() == 0: time.sleep(100)
          n += 1
      except OSError as e: print(n, e.errno)
      """
    let result = try await python(script) { $0.limits.processes = 20 }
    // The limit counts the sandbox's first process and the program itself.
    #expect(result.output == "18 \(EAGAIN)\n")
  }

  @Test func `the limit of processes is each sandbox's own`() async throws {
    try await withThrowingTaskGroup(of: WorkspaceCommandResult.self) { group in
      for _ in 0..<4 {
        group.addTask { try await shell("sleep 0.2 & sleep 0.2 & sleep 0.2 & wait; echo done") { $0.limits.processes = 6 } }
      }
      for try await result in group { #expect(result.output == "done\n", "\(result.errors)") }
    }
  }

  @Test func `memory ends where it was limited`() async throws {
    let result = try await python("try: b = bytearray(300 << 20); print('had it')\nexcept MemoryError: print('refused')") {
      $0.limits.memoryBytes = 128 << 20
    }
    #expect(result.output == "refused\n")
  }

  @Test func `a file ends where it was limited, and so does tmp`() async throws {
    let script = """
      import signal
      signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
      for path in ('big', '/tmp/big'):
        try:
          with open(path, 'wb') as f:
            for _ in range(64): f.write(bytes(1 << 20))
          print('had it')
        except OSError as e: print(e.errno)
      """
    let result = try await python(script) { $0.limits.diskBytes = 8 << 20 }
    #expect(result.output == "\(EFBIG)\n\(EFBIG)\n" || result.output == "\(EFBIG)\n\(ENOSPC)\n", "\(result.output)")
  }

  @Test func `tmp has a size of its own`() async throws {
    let child = try await start("head -c 2000000 /dev/zero > /tmp/a; head -c 2000000 /dev/zero > /tmp/b && echo had it; echo $?") {
      $0.limits.temporaryBytes = 3 << 20
    }
    #expect(await output(of: child) == "1\n")
  }

  @Test func `used-up processor time ends a command`() async throws {
    let result = try await shell("while :; do :; done") { $0.limits.cpuSeconds = 1 }
    #expect(result.status == .signal(SIGXCPU) && !result.timedOut)
  }

  @Test func `output is kept up to its limit and the command still ends`() async throws {
    let result = try await shell("head -c 3000000 /dev/zero | tr '\\0' x; head -c 10 /dev/zero | tr '\\0' y >&2") {
      $0.limits.outputBytes = 1000
    }
    #expect(result.output == String(repeating: "x", count: 1000))
    #expect(result.errors == "yyyyyyyyyy")
    #expect(result.outputTruncated && result.status == .code(0))
  }

  @Test func `a long input arrives whole`() async throws {
    let text = String(repeating: "line of input\n", count: 100_000)
    let result = try await command(["cat"]) {
      $0.input = text
      $0.limits.outputBytes = 4 << 20
    }
    #expect(result.output == text && !result.outputTruncated)
  }

  @Test func `a command that ignores its input is not harmed`() async throws {
    let result = try await command(["true"]) { $0.input = String(repeating: "x", count: 1 << 20) }
    #expect(result.status == .code(0))
  }

  @Test func `past the queue commands are refused`() async throws {
    let root = try WorkspaceRoot()
    let runner = WorkspaceRunner(spawner: try await Workshop.shared.spawner(), concurrency: 1, queue: 1)
    let outcomes = await withTaskGroup(of: String.self) { group in
      for _ in 0..<6 {
        group.addTask {
          do throws(WorkspaceCommandError) {
            return "\(try await runner.run(WorkspaceCommand(argv: ["sleep", "0.3"], workspace: "one"), in: root.path).status)"
          } catch {
            return error.code
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    #expect(outcomes == ["exit code 0": 2, "overloaded": 4])
  }
}
