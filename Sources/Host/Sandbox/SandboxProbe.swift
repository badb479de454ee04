import CLinux
import Glibc

/// Finds out what this machine allows by starting real children, each with one more wall.
struct SandboxProbe {
  let launcher: Launcher
  let cgroups: Result<CgroupTree, CgroupTree.Absence>

  func run() async -> SandboxReport {
    let landlock = Int(hive_landlock_version())
    let plainMeans = SandboxMeans(
      namespaces: false, networkNamespace: false, privateRoot: false, landlockVersion: 0, seccomp: false,
      changesUser: SandboxUser.canBeAssumed, clonesMounts: SandboxMeans.canCloneMounts)
    var means = plainMeans
    var found: [LayerReport] = []

    let plain = await attempt(means)
    for layer in [SandboxLayer.noNewPrivileges, .capabilities, .limits] { found.append(plain.report(layer)) }

    found.append(await probe(.landlock, means) { $0.landlockVersion = max(landlock, 0) }.with(landlockVersion: landlock))
    found.append(LayerReport(layer: .landlockTCP, engaged: landlock >= 4, detail: landlock >= 4 ? "" : "needs Landlock 4"))
    found.append(LayerReport(layer: .landlockScope, engaged: landlock >= 6, detail: landlock >= 6 ? "" : "needs Landlock 6"))
    found.append(await probe(.seccomp, means) { $0.seccomp = true })

    let namespaces = await probe(.namespaces, means) { $0.namespaces = true }
    means.namespaces = namespaces.engaged
    found.append(namespaces)
    found.append(await probe(.networkNamespace, means, after: namespaces) { $0.networkNamespace = true })
    found += await probeRoot(means, after: namespaces)
    found.append(await probeCgroup(plainMeans))
    return SandboxReport(layers: found, landlockVersion: max(landlock, 0))
  }

  private func probeRoot(_ means: SandboxMeans, after namespaces: LayerReport) async -> [LayerReport] {
    guard namespaces.engaged else {
      return [SandboxLayer.privateRoot, .proc].map { LayerReport(layer: $0, engaged: false, detail: "needs namespaces") }
    }
    var wanted = means
    wanted.privateRoot = true
    let outcome = await attempt(wanted)
    var proc = outcome.report(.proc)
    if case .success(let layers) = outcome, !layers.contains(.proc) {
      proc = LayerReport(layer: .proc, engaged: false, detail: "the kernel refuses a fresh /proc here; the host's is shown read-only")
    }
    return [outcome.report(.privateRoot), proc]
  }

  private func probeCgroup(_ means: SandboxMeans) async -> LayerReport {
    switch cgroups {
    case .failure(let absence): return LayerReport(layer: .cgroup, engaged: false, detail: absence.reason)
    case .success(let tree):
      var found = await probe(.cgroup, means) { $0.cgroup = true }
      if found.engaged { found.detail = tree.summary }
      return found
    }
  }

  private func probe(
    _ layer: SandboxLayer, _ means: SandboxMeans, after needed: LayerReport? = nil, _ change: (inout SandboxMeans) -> Void
  ) async -> LayerReport {
    if let needed, !needed.engaged { return LayerReport(layer: layer, engaged: false, detail: "needs \(needed.layer.rawValue)") }
    var wanted = means
    change(&wanted)
    return await attempt(wanted).report(layer)
  }

  /// Starts the sandbox's own first process once more as program: without its pipes it ends at once.
  private func attempt(_ means: SandboxMeans) async -> Result<[SandboxLayer], SpawnError> {
    var profile = SandboxProfile()
    profile.mounts = [BindMount(launcher.initProgram)]
    profile.require = .none
    do throws(SpawnError) {
      let child = try await launcher.launch(SpawnRequest(launcher.initProgram, argv: [InitProgram.name], profile: profile), means: means)
      _ = await child.wait()
      return .success(child.layers)
    } catch {
      return .failure(error)
    }
  }
}

extension Result<[SandboxLayer], SpawnError> {
  fileprivate func report(_ layer: SandboxLayer) -> LayerReport {
    switch self {
    case .success(let layers):
      LayerReport(layer: layer, engaged: layers.contains(layer), detail: layers.contains(layer) ? "" : "not engaged")
    case .failure(let error):
      LayerReport(layer: layer, engaged: false, detail: "\(error)")
    }
  }
}

extension LayerReport {
  fileprivate func with(landlockVersion: Int) -> LayerReport {
    guard landlockVersion > 0 else { return LayerReport(layer: layer, engaged: false, detail: errnoText(Int32(-landlockVersion))) }
    return engaged ? LayerReport(layer: layer, engaged: true, detail: "version \(landlockVersion)") : self
  }
}
