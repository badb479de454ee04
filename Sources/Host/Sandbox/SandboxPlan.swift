/// The plan that the sandbox's first process carries out: steps of three words, as Sources/Host/SandboxInit reads them.
struct SandboxPlan: Equatable {
  private(set) var words: [String] = []
  /// What the host must make detached copies of, in this order, for the plan's `mount` steps.
  private(set) var clonedMounts: [BindMount] = []
  /// Whether the host must open the program too, for the plan's `program` step.
  private(set) var opensProgram = false

  mutating func add(_ key: String, _ first: String = "", _ second: String = "") {
    words += [key, first, second]
  }

  /// The steps as NUL-terminated words.
  ///
  /// - Throws: ``SpawnError/invalid(_:)`` when a word contains a NUL, which would shift every later word.
  func encoded() throws(SpawnError) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in words {
      guard !word.utf8.contains(0) else { throw .invalid("an argument, path or variable contains a NUL byte") }
      bytes += word.utf8
      bytes.append(0)
    }
    return bytes
  }
}

/// Which walls to build for one process: what the machine allows, less what the process must not have.
package struct SandboxMeans: Sendable, Equatable {
  package var namespaces: Bool
  package var networkNamespace: Bool
  package var privateRoot: Bool
  package var landlockVersion: Int
  package var seccomp: Bool
  /// Whether processes run as a user of their own outside, not as the host's.
  package var changesUser: Bool
  /// Whether the host itself can take hold of what the private root shows: then no folder on the way can keep the sandbox's user out.
  package var clonesMounts = false
  /// Whether each sandbox gets a cgroup of its own.
  package var cgroup = false

  /// No walls at all.
  package static let none = SandboxMeans(
    namespaces: false, networkNamespace: false, privateRoot: false, landlockVersion: 0, seccomp: false, changesUser: false)
}

extension SandboxPlan {
  /// The user and group inside a user namespace. Not 0: some programs behave differently for root.
  static let insideID: UInt32 = 1000

  /// - Throws: ``SpawnError`` when the profile cannot be built with these means.
  init(_ request: SpawnRequest, means: SandboxMeans) throws(SpawnError) {
    let profile = request.profile
    try Self.check(request, means: means)
    addIdentity(profile, means: means)
    if means.privateRoot { addRoot(profile, clonesMounts: means.clonesMounts && means.namespaces) }
    add("cwd", profile.workingDirectory)
    if means.landlockVersion > 0 { addLandlock(profile, version: means.landlockVersion, privateRoot: means.privateRoot) }
    if means.seccomp { add("seccomp", profile.network.word, profile.network.listens ? "listen" : "") }
    addLimits(profile.limits, countsProcesses: means.namespaces || means.changesUser)
    if means.changesUser, clonedMounts.isEmpty {
      opensProgram = true
      add("program", "0")
    }
    if request.hasSocket { add("socket") }
    add("exec", request.executable)
    for argument in request.argv { add("arg", argument) }
    for (key, value) in profile.environment.sorted(by: { $0.key < $1.key }) { add("env", "\(key)=\(value)") }
  }

  private static func check(_ request: SpawnRequest, means: SandboxMeans) throws(SpawnError) {
    let paths = request.profile.mounts.flatMap { [$0.source, $0.destination] } + [request.executable, request.profile.workingDirectory]
    if let relative = paths.first(where: { !$0.hasPrefix("/") }) { throw .invalid("the path \"\(relative)\" is not absolute") }
    if !means.privateRoot, let moved = request.profile.mounts.first(where: { $0.source != $0.destination }) {
      throw .missingLayer(.privateRoot, detail: "\(moved.source) cannot appear as \(moved.destination) without it")
    }
    if case .loopback = request.profile.network, means.landlockVersion < 4 {
      throw .missingLayer(.landlockTCP, detail: "network = loopback needs Landlock 4, this kernel has \(means.landlockVersion)")
    }
  }

  private mutating func addIdentity(_ profile: SandboxProfile, means: SandboxMeans) {
    if means.namespaces {
      add("user", "\(Self.insideID)", "\(Self.insideID)")
      add("hostname", "sandbox")
      add("cgroup")
    } else if means.changesUser {
      add("user", "\(profile.user.id)", "\(profile.user.id)")
    }
  }

  private static let devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random"]
  private static let deviceLinks = ["/dev/fd": "/proc/self/fd", "/dev/stdin": "fd/0", "/dev/stdout": "fd/1", "/dev/stderr": "fd/2"]

  private mutating func addRoot(_ profile: SandboxProfile, clonesMounts: Bool) {
    add("root")
    add("proc", "/proc")
    add("tmpfs", "/tmp", "\(profile.limits.temporaryBytes)")
    for device in Self.devices { addBind(BindMount(device, access: .device), cloned: clonesMounts) }
    for (path, target) in Self.deviceLinks.sorted(by: { $0.key < $1.key }) { add("link", target, path) }
    for (path, target) in profile.links.sorted(by: { $0.key < $1.key }) { add("link", target, path) }
    for mount in profile.mounts { addBind(mount, cloned: clonesMounts) }
    for (path, text) in profile.files.sorted(by: { $0.key < $1.key }) { add("file", path, text) }
  }

  private mutating func addBind(_ mount: BindMount, cloned: Bool) {
    if cloned {
      add("mount", "\(clonedMounts.count)", mount.destination)
      clonedMounts.append(mount)
      return
    }
    add("bind", mount.access.mountWord, mount.source)
    add("at", mount.destination, mount.identity.map { "\($0.device):\($0.inode)" } ?? "")
  }

  private mutating func addLandlock(_ profile: SandboxProfile, version: Int, privateRoot: Bool) {
    add("landlock", "\(version)")
    // Swift's runtime reads /proc/self before main: without this it traps.
    add("allow", "r", "/proc")
    for device in Self.devices { add("allow", "rw", device) }
    if privateRoot { add("allow", profile.executesTemporary ? "rwx" : "rw", "/tmp") }
    for mount in profile.mounts { add("allow", mount.access.landlockWord, mount.destination) }
    if privateRoot {
      for path in profile.files.keys.sorted() { add("allow", "r", path) }
      add("allow", "l", "/")
    }
    switch profile.network {
    case .none:
      add("tcp", "bind")
      add("tcp", "connect")
    case .loopback(let connect, let bind):
      add("tcp", "bind")
      add("tcp", "connect")
      for port in connect { add("tcp-connect", "\(port)") }
      for port in bind { add("tcp-bind", "\(port)") }
    case .outbound:
      add("tcp", "bind")
    }
  }

  /// - Parameter countsProcesses: whether the kernel counts this sandbox's processes apart from others. It counts by user and user namespace:
  ///   without either of its own, the host's whole user would be counted, and nothing could start.
  private mutating func addLimits(_ limits: SandboxLimits, countsProcesses: Bool) {
    add("limit", "data", "\(limits.memoryBytes)")
    // Shared memory counts here only. Programs reserve more addresses than they use, so this is wider.
    add("limit", "address_space", "\(min(limits.memoryBytes, 1 << 50) * 4 + 1 << 30)")
    if countsProcesses { add("limit", "processes", "\(limits.processes)") }
    add("limit", "files", "\(limits.openFiles)")
    add("limit", "file_size", "\(limits.fileBytes)")
    add("limit", "core", "0")
    if let seconds = limits.cpuSeconds { add("limit", "cpu", "\(seconds)") }
  }
}

extension NetworkAccess {
  fileprivate var listens: Bool {
    if case .loopback(_, let bind) = self { return !bind.isEmpty }
    return false
  }

  fileprivate var word: String {
    switch self {
    case .none: "none"
    case .loopback: "loopback"
    case .outbound: "outbound"
    }
  }
}

extension BindMount.Access {
  fileprivate var mountWord: String {
    switch self {
    case .readOnly: "r"
    case .readWrite, .readWriteExecute: "w"
    case .device: "d"
    }
  }

  fileprivate var landlockWord: String {
    switch self {
    case .readOnly: "rx"
    case .readWrite, .device: "rw"
    case .readWriteExecute: "rwx"
    }
  }
}
