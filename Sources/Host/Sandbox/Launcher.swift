import CLinux
import Glibc
import Synchronization

/// The spawner's thread and the requests that wait for it.
final class Launcher: Sendable {
  private struct Job: Sendable {
    var request: SpawnRequest
    var means: SandboxMeans
    var done: CheckedContinuation<Result<ChildProcess, SpawnError>, Never>
  }

  let initProgram: String
  /// Opened once: neither a closed folder nor a newer installation beside a running host changes what is started.
  private let initDescriptor: Descriptor
  private let cgroups: CgroupTree?
  private let watcher: ExitWatcher
  private let runLock: String?
  private let jobs = Mutex<[Job]>([])
  /// Counts waiting jobs; the thread sleeps on it.
  private let counter: Descriptor

  init(initProgram: String, runLock: String? = nil, cgroups: CgroupTree? = nil) throws(SpawnError) {
    self.initProgram = initProgram
    self.runLock = runLock
    self.cgroups = cgroups
    initDescriptor = Descriptor(unsafe open(initProgram, O_RDONLY | O_CLOEXEC))
    guard initDescriptor.rawValue >= 0 else { throw .neverStarted(stage: "init", subject: initProgram, errno: errno) }
    watcher = try ExitWatcher()
    counter = Descriptor(eventfd(0, Int32(EFD_CLOEXEC | EFD_SEMAPHORE)))
    guard counter.rawValue >= 0 else { throw .neverStarted(stage: "eventfd", subject: "", errno: errno) }
    try DetachedThread.start("sandbox-spawner") { [self] in serve() }
  }

  func launch(_ request: SpawnRequest, means: SandboxMeans) async throws(SpawnError) -> ChildProcess {
    let result = await withCheckedContinuation { done in
      let accepted = jobs.withLock { jobs in
        guard jobs.count < Spawner.queueLimit else { return false }
        jobs.append(Job(request: request, means: means, done: done))
        return true
      }
      if accepted {
        _ = eventfd_write(counter.rawValue, 1)
      } else {
        done.resume(returning: .failure(.busy))
      }
    }
    return try result.get()
  }

  private func serve() -> Never {
    var count: eventfd_t = 0
    while true {
      guard unsafe eventfd_read(counter.rawValue, &count) == 0 else { continue }
      guard let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { continue }
      do throws(SpawnError) {
        job.done.resume(returning: .success(try start(job.request, means: job.means)))
      } catch {
        job.done.resume(returning: .failure(error))
      }
    }
  }

  private func start(_ request: SpawnRequest, means: SandboxMeans) throws(SpawnError) -> ChildProcess {
    let plan = try SandboxPlan(request, means: means)
    try giveMounts(request.profile, means: means)
    var mounts: [Descriptor] = []
    for mount in plan.clonedMounts { mounts.append(try mount.clone()) }
    if plan.opensProgram { mounts.append(Descriptor(unsafe open(request.executable, O_RDONLY | O_CLOEXEC))) }
    let pending = try PendingChild(request: request, plan: try plan.encoded(), lock: try lock(), mounts: mounts)
    let cgroup = means.cgroup ? try cgroups?.make(request.profile.limits) : nil
    let spawned = try clone(pending, namespaces: means.namespaceFlags(for: request.profile.network))
    let pidfd = Descriptor(spawned.pidfd)
    do throws(SpawnError) {
      try cgroup?.add(spawned.pid)
      try mapIdentity(spawned.pid, request.profile, means: means)
      let told = try pending.release()
      let layers = means.layers(for: request.profile.network) + told.compactMap(SandboxLayer.init(rawValue:))
      let child = ChildProcess(
        pid: spawned.pid, pidfd: pidfd, layers: cgroup == nil ? layers : layers + [.cgroup], status: pending.status,
        streams: pending.streams, cgroup: cgroup)
      try watcher.add(child)
      return child
    } catch {
      // Not yet watched: end it and take it off the process table here.
      var status: Int32 = 0
      _ = hive_pidfd_signal(pidfd.rawValue, SIGKILL)
      _ = unsafe waitpid(spawned.pid, &status, 0)
      cgroup?.end()
      throw error
    }
  }

  /// A descriptor of its own for each child: what one process does to its lock is nobody else's.
  private func lock() throws(SpawnError) -> Descriptor? {
    guard let runLock else { return nil }
    let taken: FileLock?
    do { taken = try FileLock.take(runLock, shared: true) } catch { throw .invalid(error.description) }
    guard let taken else { throw .neverStarted(stage: "run lock", subject: runLock, errno: EWOULDBLOCK) }
    return taken.descriptor
  }

  /// As root the sandbox's user is not ours: what it may write becomes its own.
  private func giveMounts(_ profile: SandboxProfile, means: SandboxMeans) throws(SpawnError) {
    guard means.changesUser else { return }
    for mount in profile.mounts where mount.access == .readWrite || mount.access == .readWriteExecute {
      let directory = Descriptor(unsafe open(mount.source, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
      guard let identity = FileIdentity(directory), mount.identity == nil || mount.identity == identity else {
        throw .neverStarted(stage: "ownership", subject: mount.source, errno: ENOENT)
      }
      let code = hive_give_tree(directory.rawValue, profile.user.id, profile.user.id)
      guard code == 0 else { throw .neverStarted(stage: "ownership", subject: mount.source, errno: code) }
    }
  }

  private func clone(_ pending: PendingChild, namespaces: UInt64) throws(SpawnError) -> hive_spawned {
    let fds = pending.childDescriptors.map(\.rawValue)
    // Safe: the C function is done with the list when it returns, and a pending child always has descriptors.
    let spawned = unsafe fds.withUnsafeBufferPointer { list -> hive_spawned in
      guard let first = list.baseAddress else { return hive_spawned(pid: -1, pidfd: -1, failed: HIVE_SPAWN_DESCRIPTORS, error: EINVAL) }
      var request = unsafe hive_spawn_request(
        program: initDescriptor.rawValue, descriptors: first, descriptor_count: Int32(list.count), namespaces: namespaces,
        parent_death_signal: SIGKILL)
      return unsafe hive_spawn(&request)
    }
    guard spawned.failed == HIVE_SPAWN_SUCCEEDED else {
      throw .neverStarted(stage: spawned.failed.name, subject: initProgram, errno: spawned.error)
    }
    return spawned
  }

  private func mapIdentity(_ pid: pid_t, _ profile: SandboxProfile, means: SandboxMeans) throws(SpawnError) {
    guard means.namespaces else { return }
    let uid = means.changesUser ? profile.user.id : geteuid()
    let gid = means.changesUser ? profile.user.id : getegid()
    let code = hive_map_identity(pid, SandboxPlan.insideID, uid, gid)
    guard code == 0 else { throw .neverStarted(stage: "identity", subject: "user map", errno: code) }
  }
}

extension BindMount {
  /// A detached copy, made while we may still enter every folder on the way.
  fileprivate func clone() throws(SpawnError) -> Descriptor {
    let fd = unsafe hive_clone_mount(source, access == .readOnly ? 1 : 0, access == .device ? 1 : 0)
    guard fd >= 0 else { throw .neverStarted(stage: "mount", subject: source, errno: -fd) }
    let mount = Descriptor(fd)
    if let identity {
      // What was checked must be what is shown: the path may have been given another meaning since.
      guard let found = FileIdentity(mount), found.inode == identity.inode, found.device == identity.device else {
        throw .neverStarted(stage: "mount", subject: source, errno: ESTALE)
      }
    }
    return mount
  }
}

extension hive_spawn_stage {
  fileprivate var name: String {
    switch self {
    case HIVE_SPAWN_DESCRIPTORS: "descriptors"
    case HIVE_SPAWN_CAPABILITIES: "capabilities"
    case HIVE_SPAWN_EXECUTE: "init"
    default: "clone"
    }
  }
}
