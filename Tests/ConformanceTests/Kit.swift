import Conformance
import Foundation
import JSONRPC
import Sandbox
import Supervisor
import TestSupport
import Testing

/// Runs the kit as the command does.
enum Kit {
  static let fixture = HostProcess.sources.appending(path: "Tests/Fixtures/conforming.py").path

  /// A program without a manifest, and without walls.
  static func verdict(_ candidate: Candidate, leavingOut leftOut: Set<String> = []) async throws -> Verdict {
    let spawner = try await Spawner.start().limited(to: .none)
    return await ConformanceRun(candidate, spawner: SandboxedSpawner(spawner)).verdict(leavingOut: leftOut)
  }

  /// A program with its manifest, within its walls.
  static func verdict(manifest: Manifest, executable: String) async throws -> Verdict {
    var candidate = Candidate(manifest: manifest, executable: executable)
    candidate.patience = .seconds(30)
    for name in manifest.secrets.keys { candidate.secrets[name] = "not-a-real-one" }
    // No test asks a service of the network: nobody listens there.
    if manifest.sandbox.network == .outbound { candidate.manifest.config["base_url"] = "http://127.0.0.1:9/v1" }
    return await ConformanceRun(candidate, spawner: SandboxedSpawner(try await Spawner.start())).verdict()
  }

  /// The fixture, which breaks one rule, or none.
  static func fixture(_ mode: String, patience: Duration) throws -> Candidate {
    var candidate = try Candidate.bare(fixture, provides: ["test"])
    candidate.arguments = [mode]
    candidate.patience = patience
    candidate.hold = SampleCall("test.hold")
    candidate.stream = SampleCall("test.stream", ["bytes": 3_000_000])
    candidate.upload = SampleCall("test.sink")
    return candidate
  }
}

extension Verdict {
  /// What went wrong, for a test's message.
  var complaints: String { findings.filter(\.isFailure).flatMap(\.lines).joined(separator: "\n") }

  var skipped: [String] { findings.filter { if case .skipped = $0.outcome { true } else { false } }.map(\.check.id) }
}
