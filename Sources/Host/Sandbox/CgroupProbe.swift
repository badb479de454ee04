import Glibc

/// Whether a cgroup of version 2 has been delegated to this process. Found and reported; limits are rlimits for now.
enum CgroupProbe {
  static func report() -> LayerReport {
    LayerReport(layer: .cgroup, engaged: false, detail: reason)
  }

  private static var reason: String {
    guard let text = readSmallFile("/proc/self/cgroup").map({ String(decoding: $0, as: UTF8.self) }) else { return "no /proc/self/cgroup" }
    guard let own = text.split(separator: "\n").first(where: { $0.hasPrefix("0::") })?.dropFirst(3) else { return "no cgroup version 2" }
    let directory = "/sys/fs/cgroup\(own)"
    guard let controllers = readSmallFile("\(directory)/cgroup.controllers").map({ String(decoding: $0, as: UTF8.self) }) else {
      return "cgroup version 2 is not mounted at /sys/fs/cgroup"
    }
    let names = controllers.split { $0 == " " || $0 == "\n" }
    if let lacking = ["memory", "pids", "cpu"].first(where: { !names.contains(Substring($0)) }) {
      return "controller \(lacking) is not available"
    }
    return unsafe access(directory, W_OK) == 0 ? "delegated; limits are rlimits" : "not delegated to this user"
  }
}
