import Glibc

extension SandboxProfile {
  package static let searchPath = "/usr/local/bin:/usr/bin:/bin"
  /// Where a command sees its workspace.
  package static let workspacePath = "/workspace"

  /// Shows folders of the system as they are: directories read-only, links as links. What the machine does not have is left out.
  mutating func show(_ paths: [String]) {
    for path in paths {
      if let target = linkTarget(path) {
        links[path] = target
      } else if unsafe access(path, F_OK) == 0 {
        mounts.append(BindMount(path))
      }
    }
  }

  /// Shows files and folders of the host read-only at their own paths, whatever links lead there.
  mutating func showContents(_ paths: [String]) {
    mounts += paths.map { BindMount($0) }
  }

  /// What programs look up about the machine, made up: nobody's real names are in it.
  mutating func addNames() {
    let id = SandboxPlan.insideID
    files["/etc/passwd"] = "sandbox:x:\(id):\(id)::/tmp:/bin/sh\n"
    files["/etc/group"] = "sandbox:x:\(id):\n"
    if network == .none { files["/etc/hosts"] = "127.0.0.1 localhost\n::1 localhost\n" }
  }

  /// What looking up names and certificates of others needs.
  mutating func addNetworkFiles() {
    guard network != .none else { return }
    // These are often links into folders that are not shown: each file appears by itself.
    showContents(["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/gai.conf"].filter { unsafe access($0, R_OK) == 0 })
    show(["/etc/ssl", "/etc/ca-certificates", "/etc/pki", "/usr/share/ca-certificates"])
  }

  /// For one command of a workspace.
  static func workspace(_ command: WorkspaceCommand, directory: BindMount) -> SandboxProfile {
    var profile = SandboxProfile()
    profile.network = command.network
    profile.executesTemporary = true
    profile.show(["/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"])
    profile.addNames()
    profile.addNetworkFiles()
    profile.mounts.append(directory)
    profile.limits.memoryBytes = command.limits.memoryBytes
    profile.limits.cpuSeconds = command.limits.cpuSeconds
    profile.limits.processes = command.limits.processes
    profile.limits.fileBytes = command.limits.diskBytes
    profile.limits.temporaryBytes = command.limits.diskBytes
    profile.environment = ["PATH": searchPath, "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"]
    profile.environment.merge(command.environment) { _, given in given }
    profile.workingDirectory = command.workingDirectory == "." ? workspacePath : "\(workspacePath)/\(command.workingDirectory)"
    // Started as root: as whoever owns the workspace, so that its files keep their owner. Root itself never.
    if let owner = directory.identity?.owner, owner != 0 { profile.user = SandboxUser(id: owner) }
    return profile
  }
}

/// The text of a symbolic link, or nil when the path is none.
func linkTarget(_ path: String) -> String? {
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
    guard let base = bytes.baseAddress else { return -1 }
    return unsafe readlink(path, base.assumingMemoryBound(to: CChar.self), bytes.count)
  }
  return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
}
