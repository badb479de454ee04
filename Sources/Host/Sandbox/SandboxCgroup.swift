import Glibc

/// The cgroup of one sandbox.
struct SandboxCgroup: Sendable {
  let path: String
  let tree: CgroupTree

  func add(_ pid: pid_t) throws(SpawnError) {
    let code = writeText("\(pid)", to: "\(path)/cgroup.procs")
    guard code == 0 else { throw .neverStarted(stage: "cgroup", subject: "cgroup.procs", errno: code) }
  }

  /// Whether the kernel killed something in it because it was at its memory limit.
  var hasBeenOutOfMemory: Bool { Self.hasKilled(words(in: "\(path)/memory.events")) }

  /// - Parameter events: the words of `memory.events`: names and numbers in turn.
  static func hasKilled(_ events: [String]) -> Bool {
    zip(events, events.dropFirst()).contains { ["oom_kill", "oom_group_kill"].contains($0) && Int($1) ?? 0 > 0 }
  }

  /// Kills every process in it, also those that left the session or lost their parents.
  func kill() {
    if writeText("1", to: "\(path)/cgroup.kill") != 0 { killFrozen() }
  }

  /// The same before Linux 5.14: holds them still, so that none can start another while they are killed one by one.
  func killFrozen() {
    _ = writeText("1", to: "\(path)/cgroup.freeze")
    for pid in words(in: "\(path)/cgroup.procs") {
      if let pid = Int32(pid), pid > 1 { _ = Glibc.kill(pid, SIGKILL) }
    }
    _ = writeText("0", to: "\(path)/cgroup.freeze")
  }

  /// Kills what is left and removes the directory, as soon as the last process has gone.
  func end() {
    kill()
    tree.remove(path)
  }
}

/// One value to write into a file of a cgroup.
struct CgroupSetting: Equatable {
  var file: String
  var value: String
  /// Kernels without this file are fine too.
  var isOptional = false

  static func all(for limits: SandboxLimits, controllers: [String]) -> [CgroupSetting] {
    var settings: [CgroupSetting] = []
    if controllers.contains("memory") {
      settings.append(CgroupSetting(file: "memory.max", value: "\(limits.memoryBytes)"))
      settings.append(CgroupSetting(file: "memory.swap.max", value: "0", isOptional: true))
      // Half a plugin is worse than none: it goes as a whole and is started again.
      settings.append(CgroupSetting(file: "memory.oom.group", value: "1", isOptional: true))
    }
    if controllers.contains("pids") { settings.append(CgroupSetting(file: "pids.max", value: "\(limits.processes)")) }
    if controllers.contains("cpu"), let percent = limits.cpuPercent {
      settings.append(CgroupSetting(file: "cpu.max", value: "\(percent * 1000) 100000"))
    }
    return settings
  }
}

/// Writes a short text into an existing file, whole. 0, or errno.
func writeText(_ text: String, to path: String) -> Int32 {
  let file = Descriptor(unsafe open(path, O_WRONLY | O_CLOEXEC))
  guard file.rawValue >= 0 else { return errno }
  let bytes = Array(text.utf8)
  let count = unsafe bytes.withUnsafeBytes { unsafe write(file.rawValue, $0.baseAddress, $0.count) }
  return count == bytes.count ? 0 : errno
}

/// The words of a small file; none when it cannot be read.
func words(in path: String) -> [String] {
  guard let bytes = readSmallFile(path) else { return [] }
  return String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.map(String.init)
}

/// The names in a directory; none when it cannot be read.
func entries(of path: String) -> [String] {
  guard let directory = unsafe opendir(path) else { return [] }
  defer { unsafe closedir(directory) }
  var names: [String] = []
  while let entry = unsafe readdir(directory) {
    // Safe: the name is NUL-terminated and copied before the next call.
    names.append(unsafe withUnsafeBytes(of: entry.pointee.d_name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
  }
  return names
}
