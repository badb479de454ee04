/// Where a process' cgroup of version 2 lies in the file system.
///
/// Source: cgroups(7); proc(5) on `/proc/PID/mountinfo`.
struct CgroupLocation: Equatable {
  let directory: String

  /// - Parameters:
  ///   - cgroups: `/proc/self/cgroup`.
  ///   - mounts: `/proc/self/mountinfo`.
  init(cgroups: String, mounts: String) throws(CgroupTree.Absence) {
    guard let path = cgroups.split(separator: "\n").first(where: { $0.hasPrefix("0::") })?.dropFirst(3) else {
      throw CgroupTree.Absence(reason: "no cgroup version 2")
    }
    for mount in mounts.split(separator: "\n") {
      // ID PARENT DEVICE ROOT PLACE OPTIONS [OPTIONAL…] - TYPE SOURCE SUPER
      let fields = mount.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 1, fields[dash + 1] == "cgroup2" else { continue }
      let root = fields[3] == "/" ? "" : fields[3]
      guard path == root || path.hasPrefix("\(root)/") else { continue }
      let below = path.dropFirst(root.count)
      directory = "\(fields[4])\(below == "/" ? "" : below)"
      return
    }
    throw CgroupTree.Absence(reason: "cgroup version 2 is not mounted")
  }
}
