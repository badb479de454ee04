import Foundation
import Testing

@testable import Sandbox

private func withoutNamespaces(_ means: inout SandboxMeans) {
  means.namespaces = false
  means.networkNamespace = false
  means.privateRoot = false
}

/// The tier without namespaces, as on machines that refuse them.
@Suite struct FallbackTests {
  @Test func `Landlock alone still keeps files and sockets away`() async throws {
    let script = """
      cat /etc/passwd >/dev/null 2>&1 && echo read passwd; ls /root /home 2>/dev/null && echo listed; echo x > /tmp/hivecore-fallback && echo wrote
      python3 -c 'import socket; socket.socket()' 2>/dev/null && echo socket
      kill -0 \(getpid()) 2>/dev/null && echo signalled; grep CapEff /proc/self/status
      """
    let child = try await start(script, means: withoutNamespaces)
    #expect(!child.layers.contains(.namespaces) && child.layers.contains(.landlock) && child.layers.contains(.seccomp))
    #expect(await output(of: child) == "CapEff:\t0000000000000000\n")
    #expect(await child.wait() == .code(0))
  }

  @Test func `killing reaches grandchildren without a pid namespace`() async throws {
    let child = try await start(
      "(setsid sh -c 'sleep \(mark(98765)) & sleep \(mark(98765))' &); sleep \(mark(98765)) & echo ready; wait", means: withoutNamespaces)
    try await waitForOutput("ready", of: child)
    #expect(try await becomesTrue(within: .seconds(20)) { processes(marked: "sleep\u{0}\(mark(98765))").count == 3 })
    child.kill()
    #expect(await child.wait() == .signal(SIGKILL))
    #expect(processes(marked: mark(98765)).isEmpty)
  }

  @Test func `without namespaces nothing outlives a killed host either`() async throws {
    _ = mark(98766)  // chosen here, so that the process below uses the same
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let child = try await start("(setsid sleep \(mark(98766)) &); echo ready; sleep \(mark(98766))", means: withoutNamespaces)
      try await waitForOutput("ready", of: child)
      guard try await becomesTrue(within: .seconds(5), { processes(marked: mark(98766)).count >= 2 }) else { exit(1) }
      kill(getpid(), SIGKILL)
    }
    #expect(try await becomesTrue(within: .seconds(1)) { processes(marked: mark(98766)).isEmpty })
  }

  @Test func `what needs a private root is refused without one`() async throws {
    await #expect(throws: SpawnError.self) {
      try await start("true", change: { $0.mounts.append(BindMount("/usr", at: "/elsewhere")) }, means: withoutNamespaces)
    }
  }

  @Test func `a profile that requires more than there is fails closed`() async throws {
    let real = try await Workshop.shared.spawner()
    let poor = SandboxReport(
      layers: real.report.layers.map { $0.layer == .namespaces ? LayerReport(layer: .namespaces, engaged: false, detail: "EPERM") : $0 },
      landlockVersion: real.report.landlockVersion)
    #expect(poor.tier == .landlock)
    let spawner = Spawner(launcher: try Launcher(initProgram: "/bin/true"), report: poor, means: SandboxMeans(poor))
    await #expect(throws: SpawnError.missingLayer(.namespaces, detail: "EPERM")) {
      try await spawner.spawn(SpawnRequest("/bin/true", argv: ["true"], profile: SandboxProfile()))
    }
  }

  @Test func `a missing first process is named`() {
    #expect(throws: SpawnError.neverStarted(stage: "init", subject: "/nonexistent/init", errno: ENOENT)) {
      try Launcher(initProgram: "/nonexistent/init")
    }
  }
}

@Suite struct PlanTests {
  private let means = SandboxMeans(
    namespaces: true, networkNamespace: true, privateRoot: true, landlockVersion: 7, seccomp: true, changesUser: false)

  @Test func `words are counted in threes`() throws {
    let plan = try SandboxPlan(SpawnRequest("/bin/x", argv: ["x", ""], profile: SandboxProfile()), means: means)
    #expect(plan.words.count.isMultiple(of: 3))
    #expect(try plan.encoded().filter { $0 == 0 }.count == plan.words.count)
  }

  @Test func `a NUL byte is refused`() throws {
    let plan = try SandboxPlan(SpawnRequest("/bin/x", argv: ["x\0exec"], profile: SandboxProfile()), means: means)
    #expect(throws: SpawnError.self) { try plan.encoded() }
  }

  @Test func `relative paths are refused`() {
    #expect(throws: SpawnError.invalid("the path \"bin/x\" is not absolute")) {
      try SandboxPlan(SpawnRequest("bin/x", argv: ["x"], profile: SandboxProfile()), means: means)
    }
  }

  @Test func `loopback needs a kernel that can limit ports`() {
    var old = means
    old.landlockVersion = 3
    var profile = SandboxProfile()
    profile.network = .loopback(connect: [80], bind: [])
    #expect(throws: SpawnError.self) { try SandboxPlan(SpawnRequest("/bin/x", argv: ["x"], profile: profile), means: old) }
  }
}
