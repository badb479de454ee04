import CLinux
import Foundation
import Sandbox

/// What each wall of the sandbox costs to build, beside a plain clone and exec of the same program in the same run.
///
/// `swift build -c release --package-path Tests/Benchmarks --scratch-path .build-benchmarks`, then `.build-benchmarks/release/SpawnBenchmark`.
@main
struct SpawnBenchmark {
  static let rounds = 300
  static let program = "/bin/true"

  struct Trial {
    let name: String
    let means: SandboxMeans
    let network: NetworkAccess
  }

  static func main() async throws {
    let spawner = try await Spawner.start()
    let trials = trials(of: SandboxMeans(spawner.report))
    var samples: [[Duration]] = Array(repeating: [], count: trials.count)
    var plain: [Duration] = []
    // In turn, so that a change of the machine's mood meets all alike.
    for _ in 0..<rounds {
      plain.append(try plainSpawn())
      for (index, trial) in trials.enumerated() { samples[index].append(try await sandboxedSpawn(trial, spawner)) }
    }
    let base = milliseconds(plain, 0.5)
    print("\(rounds) spawns of \(program) each, until its end; tier \(spawner.report.tier.rawValue)")
    print("layer added                              p50 ms   p95 ms   x plain clone+exec")
    show("plain clone+exec", plain, base)
    for (trial, durations) in zip(trials, samples) { show(trial.name, durations, base) }
  }

  private static func trials(of all: SandboxMeans) -> [Trial] {
    var means = all
    (means.namespaces, means.networkNamespace, means.privateRoot, means.seccomp, means.landlockVersion) = (false, false, false, false, 0)
    (means.changesUser, means.clonesMounts, means.cgroup) = (false, false, false)
    var trials = [Trial(name: "+ first process, plan, limits, no caps", means: means, network: .outbound)]
    func add(_ name: String, network: NetworkAccess = .outbound, _ change: (inout SandboxMeans) -> Void) {
      change(&means)
      trials.append(Trial(name: name, means: means, network: network))
    }
    add("+ Landlock") { $0.landlockVersion = all.landlockVersion }
    add("+ seccomp") { $0.seccomp = all.seccomp }
    add("+ user, mount, pid, ipc, uts, cgroup ns") { $0.namespaces = all.namespaces }
    add("+ private root and /proc") { $0.privateRoot = all.privateRoot }
    if all.clonesMounts { add("+ own user, mounts by descriptor") { ($0.changesUser, $0.clonesMounts) = (true, true) } }
    add("+ network namespace: everything", network: .none) { $0.networkNamespace = all.networkNamespace }
    return trials
  }

  private static func sandboxedSpawn(_ trial: Trial, _ spawner: Spawner) async throws -> Duration {
    var profile = SandboxProfile()
    profile.mounts = ["/bin", "/lib", "/lib64", "/usr"].compactMap { path in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil ? BindMount(path) : nil
    }
    for path in ["/bin", "/lib", "/lib64"] { profile.links[path] = try? FileManager.default.destinationOfSymbolicLink(atPath: path) }
    profile.network = trial.network
    profile.require = .none
    let began = ContinuousClock.now
    let child = try await spawner.limited(to: trial.means).spawn(SpawnRequest(program, argv: ["true"], profile: profile))
    let status = await child.wait()
    guard status == .code(0) else { throw Failed(description: "\(trial.name): \(status)") }
    return .now - began
  }

  struct Failed: Error, CustomStringConvertible { let description: String }

  private static func plainSpawn() throws -> Duration {
    let file = unsafe open(program, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    let began = ContinuousClock.now
    let descriptors: [Int32] = [0, 1, 2]
    let spawned = unsafe descriptors.withUnsafeBufferPointer { list -> hive_spawned in
      guard let first = list.baseAddress else { return hive_spawned() }
      var request = unsafe hive_spawn_request(
        program: file, descriptors: first, descriptor_count: 3, namespaces: 0, parent_death_signal: SIGKILL)
      return unsafe hive_spawn(&request)
    }
    guard spawned.pid > 0 else { throw Failed(description: "clone: errno \(spawned.error)") }
    var status: Int32 = 0
    guard unsafe waitpid(spawned.pid, &status, 0) == spawned.pid, status == 0 else { throw Failed(description: "plain: status \(status)") }
    close(spawned.pidfd)
    return .now - began
  }

  private static func milliseconds(_ durations: [Duration], _ quantile: Double) -> Double {
    let sorted = durations.sorted()
    return sorted[Int(Double(sorted.count - 1) * quantile)] / .milliseconds(1)
  }

  private static func show(_ name: String, _ durations: [Duration], _ base: Double) {
    let (middle, high) = (milliseconds(durations, 0.5), milliseconds(durations, 0.95))
    let label = name.padding(toLength: 40, withPad: " ", startingAt: 0)
    print(label + String(format: " %6.2f   %6.2f   %6.1f", middle, high, middle / base))
  }
}
