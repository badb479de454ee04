import FoundationEssentials
import JSONRPC
import PluginProtocol
import Supervisor
import Synchronization

/// Where checks meet the candidate: each gets processes of its own.
final class Stage: Sendable {
  let candidate: Candidate
  private let spawner: any PluginSpawning
  private let memory = Mutex(Memory())

  /// What the checks have learned.
  private struct Memory {
    var lastSent = "nothing"
    var name = ""
    var version = ""
    var description: PluginDescription?
  }

  init(_ candidate: Candidate, spawner: any PluginSpawning) {
    self.candidate = candidate
    self.spawner = spawner
  }

  /// The last thing sent to a process, for the verdict.
  var lastSent: String { memory.withLock { $0.lastSent } }
  var name: String { memory.withLock { $0.name } }
  var version: String { memory.withLock { $0.version } }
  var description: PluginDescription? { memory.withLock { $0.description } }

  func learn(_ description: PluginDescription) { memory.withLock { $0.description = description } }

  func learn(name: String, version: String) {
    memory.withLock {
      $0.name = name
      $0.version = version
    }
  }

  func provides(_ capability: String) -> Bool { description?.provides.contains(capability) == true }

  // MARK: - Processes

  func makeFolder() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hivecore-conformance-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder + "/workspaces", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return folder
  }

  func remove(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }

  /// A process to which nothing was said yet; it is killed when the body ends.
  ///
  /// - Parameter folder: its `$STATE`; nil = an empty one that goes with it.
  func started(in folder: String? = nil, _ body: (Trial) async throws -> Void) async throws {
    let state = try folder ?? makeFolder()
    defer { if folder == nil { remove(state) } }
    let workspaces = state + "/workspaces"
    let process = try await spawner.spawn(
      PluginLaunch(
        manifest: candidate.manifest, executable: candidate.executable,
        variables: PathVariables(["STATE": state, "WORKSPACES": workspaces]),
        arguments: candidate.arguments))
    let trial: Trial
    do {
      trial = try await Trial(candidate, state: state, process: process)
    } catch {
      process.kill()
      _ = await process.wait()
      throw error
    }
    let outcome = await watching(process, trial, body)
    await trial.hangUp()
    memory.withLock { $0.lastSent = trial.transcript.read { $0.lastSent } }
    try outcome.get()
    if let fault = trial.transcript.read({ $0.fault }) { throw Disproof(expected: "nothing but what section 2 allows", came: fault) }
  }

  private func watching(
    _ process: any PluginProcess, _ trial: Trial, _ body: (Trial) async throws -> Void
  ) async -> Result<Void, any Error> {
    await withTaskGroup { group in
      group.addTask {
        let status = await process.wait()
        trial.transcript.change { $0.exit = status }
      }
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await body(trial)) } catch { outcome = .failure(error) }
      process.kill()
      await group.waitForAll()
      return outcome
    }
  }

  /// A process that serves.
  func ready(in folder: String? = nil, _ body: (Trial) async throws -> Void) async throws {
    try await started(in: folder) { trial in
      try await trial.handshake()
      try await body(trial)
    }
  }
}

extension Trial {
  /// What `$/initialize` says (docs/PROTOCOL.md, section 3).
  func initialization(protocols: JSON = [1]) -> JSONObject {
    [
      "protocol": protocols, "plugin": .string(candidate.manifest.id), "incarnation": 1, "max_frame": .int(Playing.frameByteLimit),
      "config": .object(candidate.manifest.config), "secrets": Self.object(candidate.secrets),
      "paths": ["state": .string(state), "workspaces": .string(state + "/workspaces")], "concurrency": .int(candidate.manifest.concurrency),
    ]
  }

  func handshake() async throws {
    _ = try await result("$/initialize", .object(initialization()))
    try await raiseFrameLimit()
    _ = try await result("$/describe")
    _ = try await result("$/ready")
  }

  private static func object(_ values: [String: String]) -> JSON {
    .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }))
  }
}
