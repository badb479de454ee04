import CLinux
import Glibc
import Synchronization

/// The cgroup (version 2) that has been delegated to the host: each sandbox gets one of its own below it.
///
/// Source: the kernel's Documentation/admin-guide/cgroup-v2.rst; systemd's docs/CGROUP_DELEGATION.md.
package final class CgroupTree: Sendable {
  /// Why there is none.
  struct Absence: Error, Equatable {
    var reason: String
  }

  /// Which cgroup to use.
  package enum Choice: Sendable, Equatable {
    /// The host's own, when systemd has delegated it.
    case delegated
    /// This directory, which nobody else uses.
    case directory(String)
    case none
  }

  let root: String
  /// Those that limit here, of ``wanted``.
  let controllers: [String]
  private let counter = Mutex(0)
  /// Directories whose last process had not left yet.
  private let leftovers = Mutex<[String]>([])

  static let wanted = ["memory", "pids", "cpu"]
  private static let hostLeaf = "host"
  private static let prefix = "sandbox-"

  /// Takes the cgroup over: moves the host into a leaf, hands on the controllers, and removes what a dead host left.
  init(_ choice: Choice) throws(Absence) {
    let root = try Self.locate(choice)
    self.root = root
    let available = words(in: "\(root)/cgroup.controllers")
    let taken = Self.wanted.filter(available.contains)
    if !taken.isEmpty { try Self.makeRoom(in: root) }
    controllers = taken.filter { writeText("+\($0)", to: "\(root)/cgroup.subtree_control") == 0 }
    for name in entries(of: root) where name.hasPrefix(Self.prefix) {
      let owner = name.dropFirst(Self.prefix.count).prefix { $0 != "-" }
      if owner != "\(getpid())", unsafe access("/proc/\(owner)", F_OK) == 0 { continue }
      SandboxCgroup(path: "\(root)/\(name)", tree: self).end()
    }
  }

  private static func locate(_ choice: Choice) throws(Absence) -> String {
    switch choice {
    case .none: throw Absence(reason: "switched off")
    case .directory(let path):
      guard path.hasPrefix("/") else { throw Absence(reason: "\(path) is not an absolute path") }
      guard unsafe access("\(path)/cgroup.procs", W_OK) == 0 else { throw Absence(reason: "\(path)/cgroup.procs: \(errnoText(errno))") }
      return path
    case .delegated:
      let path = try own()
      let isDelegated = ["user.delegate", "trusted.delegate"].contains { (name: String) in unsafe hive_attribute_is_set(path, name) != 0 }
      guard isDelegated else { throw Absence(reason: "\(path) is not delegated to this host; limits are rlimits") }
      guard unsafe access("\(path)/cgroup.procs", W_OK) == 0 else { throw Absence(reason: "\(path): \(errnoText(errno))") }
      return path
    }
  }

  /// The host's own cgroup as a directory.
  private static func own() throws(Absence) -> String {
    func text(_ path: String) -> String { readSmallFile(path).map { String(decoding: $0, as: UTF8.self) } ?? "" }
    return try CgroupLocation(cgroups: text("/proc/self/cgroup"), mounts: text("/proc/self/mountinfo")).directory
  }

  /// Moves what runs in a cgroup into a leaf below it: one that hands on controllers may hold no processes.
  static func makeRoom(in root: String) throws(Absence) {
    let leaf = "\(root)/\(hostLeaf)"
    guard unsafe mkdir(leaf, 0o755) == 0 || errno == EEXIST else { throw Absence(reason: "\(leaf): \(errnoText(errno))") }
    for pid in words(in: "\(root)/cgroup.procs") {
      let code = writeText(pid, to: "\(leaf)/cgroup.procs")
      // A process that has ended meanwhile need not move.
      guard code == 0 || code == ESRCH else { throw Absence(reason: "moving process \(pid) to \(leaf): \(errnoText(code))") }
    }
  }

  /// What limits here, for the report.
  var summary: String {
    let kill = unsafe access("\(root)/cgroup.kill", F_OK) == 0 ? "kill" : "freeze and kill"
    return controllers.isEmpty ? "\(kill) only, no controllers: limits are rlimits" : (controllers + [kill]).joined(separator: " ")
  }

  /// Makes a cgroup with these limits, without any process yet.
  func make(_ limits: SandboxLimits) throws(SpawnError) -> SandboxCgroup {
    removeLeftovers()
    let number = counter.withLock { number in
      number += 1
      return number
    }
    let path = "\(root)/\(Self.prefix)\(getpid())-\(number)"
    guard unsafe mkdir(path, 0o755) == 0 else { throw .neverStarted(stage: "cgroup", subject: path, errno: errno) }
    let cgroup = SandboxCgroup(path: path, tree: self)
    for setting in CgroupSetting.all(for: limits, controllers: controllers) {
      let code = writeText(setting.value, to: "\(path)/\(setting.file)")
      guard code == 0 || (setting.isOptional && code == ENOENT) else {
        cgroup.end()
        throw .neverStarted(stage: "cgroup", subject: setting.file, errno: code)
      }
    }
    return cgroup
  }

  func remove(_ path: String) {
    guard unsafe rmdir(path) != 0, errno == EBUSY else { return }
    leftovers.withLock { $0.append(path) }
  }

  func removeLeftovers() {
    leftovers.withLock { paths in paths.removeAll { unsafe rmdir($0) == 0 || errno != EBUSY } }
  }
}
