import Foundation
import Testing

@testable import Sandbox

/// Where a cgroup of version 2 can be made. Controllers need a system that has not given them to version 1.
@Suite(.enabled(if: Playground.isPossible, "needs a writable cgroup of version 2")) struct CgroupTests {
  @Test func `each sandbox has a cgroup of its own while it lives, and sees itself at the root`() async throws {
    let ground = try Playground()
    let spawner = try await ground.spawner()
    #expect(spawner.report.engages(.cgroup), "\(spawner.report.layers)")
    let child = try await start("cat /proc/self/cgroup; echo ready; exec sleep 1000", on: spawner)
    #expect(child.layers.contains(.cgroup))
    let said = try await waitedOutput("ready", of: child)
    #expect(said.contains("0::/\n"), "\(said)")
    let program = try #require(child.programPID)
    let path = try #require(readSmallFile("/proc/\(program)/cgroup")).split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(path.contains { $0.hasPrefix("0::") && $0.contains("\(ground.name)/sandbox-\(getpid())-") }, "\(path)")
    child.kill()
    #expect(await child.wait() == .signal(SIGKILL))
    #expect(try await becomesTrue(within: .seconds(5)) { ground.sandboxes.isEmpty })
  }

  @Test func `killing reaches everything without namespaces, by the cgroup`() async throws {
    let ground = try Playground()
    let real = try await ground.spawner()
    var means = SandboxMeans(real.report)
    (means.namespaces, means.networkNamespace, means.privateRoot) = (false, false, false)
    let script = "(setsid sh -c 'sleep \(mark(98781)) & sleep \(mark(98781))' &); sleep \(mark(98781)) & echo ready; wait"
    let child = try await start(script, on: real.limited(to: means))
    _ = try await waitedOutput("ready", of: child)
    #expect(try await becomesTrue(within: .seconds(20)) { processes(marked: "sleep\u{0}\(mark(98781))").count == 3 })
    let cgroup = SandboxCgroup(path: "\(ground.path)/\(try #require(ground.sandboxes.first))", tree: try ground.tree())
    cgroup.kill()
    _ = await child.wait()
    #expect(try await becomesTrue(within: .seconds(5)) { processes(marked: mark(98781)).isEmpty })
  }

  @Test func `what a dead host left is killed and removed`() async throws {
    let ground = try Playground()
    let dead = "\(ground.path)/sandbox-999999999-1"
    try FileManager.default.createDirectory(atPath: dead, withIntermediateDirectories: false)
    let orphan = try await start("exec sleep \(mark(98782))")
    #expect(writeText("\(try #require(orphan.programPID))", to: "\(dead)/cgroup.procs") == 0)
    let tree = try ground.tree()
    #expect(await orphan.wait() == .signal(SIGKILL))
    try tree.make(SandboxLimits()).end()  // takes away what was still busy
    #expect(
      try await becomesTrue(within: .seconds(5)) {
        tree.removeLeftovers()
        return ground.sandboxes.isEmpty
      })
  }

  @Test func `where the kernel cannot kill a cgroup its processes are frozen and killed one by one`() async throws {
    let ground = try Playground()
    let tree = try ground.tree()
    let cgroup = try tree.make(SandboxLimits())
    let forking = try await start("read line <&3; while :; do sleep \(mark(98783)) & sleep 0.01; done")
    try cgroup.add(try #require(forking.programPID))
    #expect(unsafe write(try #require(forking.socket).rawValue, "\n", 1) == 1)
    #expect(try await becomesTrue(within: .seconds(20)) { processes(marked: "sleep\u{0}\(mark(98783))").count >= 3 })
    cgroup.killFrozen()
    #expect(await forking.wait() == .signal(SIGKILL))
    #expect(try await becomesTrue(within: .seconds(5)) { processes(marked: mark(98783)).isEmpty })
    cgroup.end()
    #expect(
      try await becomesTrue(within: .seconds(5)) {
        tree.removeLeftovers()
        return ground.sandboxes.isEmpty
      })
  }

  @Test func `what runs in a cgroup that is to hand on controllers moves to a leaf`() async throws {
    let ground = try Playground()
    let sleeper = try await start("exec sleep \(mark(98784))")
    defer { sleeper.kill() }
    let pid = try #require(sleeper.programPID)
    #expect(writeText("\(pid)", to: "\(ground.path)/cgroup.procs") == 0)
    try CgroupTree.makeRoom(in: ground.path)
    #expect(words(in: "\(ground.path)/cgroup.procs") == [])
    #expect(words(in: "\(ground.path)/host/cgroup.procs") == ["\(pid)"])
    try CgroupTree.makeRoom(in: ground.path)  // a second time there is nothing to do
    sleeper.kill()
    #expect(await sleeper.wait() == .signal(SIGKILL))
  }

  @Test func `a directory that is no cgroup is refused with its reason`() async throws {
    let root = try WorkspaceRoot()
    let report = try await Spawner.start(cgroup: .directory(root.path)).report
    let layer = try #require(report.layers.first { $0.layer == .cgroup })
    #expect(!layer.engaged && layer.detail.contains("\(root.path)/cgroup.procs") && layer.detail.contains("errno \(ENOENT)"))
    #expect(report.tier == .full, "rlimits and the pid namespace do without")
  }
}

@Suite struct CgroupSettingTests {
  private static let unified = "29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"
  private static let hybrid =
    "30 22 0:27 / /sys/fs/cgroup/memory rw shared:5 - cgroup cgroup rw,memory\n31 22 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw"
  private static let container = "32 22 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw"

  @Test(arguments: [
    ("0::/system.slice/hivecore.service\n", unified, "/sys/fs/cgroup/system.slice/hivecore.service"),
    ("9:name=systemd:/x\n0::/\n", hybrid, "/sys/fs/cgroup/unified"), ("0::/docker/abc/leaf\n", container, "/sys/fs/cgroup/leaf"),
    ("0::/docker/abc\n", container, "/sys/fs/cgroup"), ("4:memory:/x\n", hybrid, "no cgroup version 2"),
    ("0::/docker/abcdef\n", container, "not mounted"), ("0::/x\n", "", "not mounted"),
  ])
  func `the host's own cgroup is found wherever it is mounted`(cgroups: String, mounts: String, expected: String) {
    do throws(CgroupTree.Absence) {
      #expect(try CgroupLocation(cgroups: cgroups, mounts: mounts).directory == expected)
    } catch {
      #expect(error.reason.contains(expected))
    }
  }

  private var limits: SandboxLimits {
    var limits = SandboxLimits()
    (limits.memoryBytes, limits.processes, limits.cpuPercent) = (1 << 20, 7, 150)
    return limits
  }

  @Test func `only a kill for want of memory counts as one`() {
    let quiet = "low 0\nhigh 0\nmax 812\noom 3\noom_kill 0\noom_group_kill 0"
    #expect(!SandboxCgroup.hasKilled(quiet.split { $0 == " " || $0 == "\n" }.map(String.init)))
    for line in ["oom_kill 1", "oom_kill 0 oom_group_kill 2"] {
      #expect(SandboxCgroup.hasKilled(line.split(separator: " ").map(String.init)))
    }
    #expect(!SandboxCgroup.hasKilled([]))
  }

  @Test func `each controller there is gets its limits`() {
    let all = CgroupSetting.all(for: limits, controllers: ["memory", "pids", "cpu"])
    #expect(
      all.map { "\($0.file)=\($0.value)" } == [
        "memory.max=1048576", "memory.swap.max=0", "memory.oom.group=1", "pids.max=7", "cpu.max=150000 100000",
      ])
    #expect(CgroupSetting.all(for: limits, controllers: ["pids"]).map(\.file) == ["pids.max"])
    #expect(CgroupSetting.all(for: limits, controllers: []) == [])
  }
}

/// A cgroup of a test's own.
private final class Playground: Sendable {
  let name = "hivecore-test-\(UUID().uuidString.prefix(8))"
  let path: String

  private static let mountPoint = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].first {
    FileManager.default.fileExists(atPath: "\($0)/cgroup.procs")
  }

  static var isPossible: Bool {
    guard let mountPoint else { return false }
    let trial = "\(mountPoint)/hivecore-trial-\(UUID().uuidString.prefix(8))"
    defer { unsafe rmdir(trial) }
    return unsafe mkdir(trial, 0o755) == 0
  }

  init() throws {
    path = "\(Self.mountPoint ?? "")/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit {
    for name in sandboxes + ["host"] { unsafe rmdir("\(path)/\(name)") }
    unsafe rmdir(path)
  }

  var sandboxes: [String] { entries(of: path).filter { $0.hasPrefix("sandbox-") } }

  func spawner() async throws -> Spawner { try await Spawner.start(cgroup: .directory(path)) }

  func tree() throws -> CgroupTree { try CgroupTree(.directory(path)) }
}
