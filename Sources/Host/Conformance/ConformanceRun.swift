import PluginProtocol
package import Supervisor

/// Plays the host against a candidate, check by check.
package struct ConformanceRun: Sendable {
  private let candidate: Candidate
  private let spawner: any PluginSpawning

  package init(_ candidate: Candidate, spawner: any PluginSpawning) {
    self.candidate = candidate
    self.spawner = spawner
  }

  /// - Parameters:
  ///   - leftOut: ids of checks that are not made.
  ///   - report: told of each finding as it comes.
  package func verdict(leavingOut leftOut: Set<String> = [], _ report: (Finding) -> Void = { _ in }) async -> Verdict {
    let stage = Stage(candidate, spawner: spawner)
    var findings: [Finding] = []
    func run(_ check: Check, _ body: (Stage) async throws -> Void) async {
      let started = ContinuousClock.now
      let outcome = await outcome(on: stage, body)
      findings.append(Finding(check: check, outcome: outcome, duration: .now - started))
      report(findings[findings.count - 1])
    }
    for check in CheckList.handshake { await run(check, check.body) }
    let isServing = !findings.contains(where: \.isFailure)
    let capabilities = tested(stage)
    let rest = CheckList.everybody + capabilities.flatMap { CheckList.capabilities[$0] ?? [] }
    for check in rest where !leftOut.contains(check.id) {
      await run(check) { stage in
        guard isServing else { throw NotApplicable(reason: "the handshake failed") }
        try await check.body(stage)
      }
    }
    return Verdict(name: stage.name, version: stage.version, capabilities: capabilities, findings: findings)
  }

  /// What it says it serves, or must serve, and the protocol has a contract for.
  private func tested(_ stage: Stage) -> [String] {
    let named = candidate.manifest.provides
    return named.isEmpty ? stage.description?.provides ?? [] : named
  }

  private func outcome(on stage: Stage, _ body: (Stage) async throws -> Void) async -> Finding.Outcome {
    do {
      try await body(stage)
      return .passed
    } catch let inapplicable as NotApplicable {
      return .skipped(inapplicable.reason)
    } catch let disproof as Disproof {
      return .failed(sent: stage.lastSent, expected: disproof.expected, came: disproof.came)
    } catch let error as LaunchError {
      return .failed(sent: "nothing", expected: "a process", came: error.message)
    } catch {
      return .failed(sent: stage.lastSent, expected: "what the protocol says", came: "\(error)")
    }
  }
}

/// The tables of all checks.
package enum CheckList {
  /// What must hold before anything else can be checked.
  package static let handshake = HandshakeChecks.first
  package static let everybody =
    HandshakeChecks.more + FrameChecks.all + EnvelopeChecks.all + RequestChecks.all + HoldChecks.all + StreamChecks.all + EndChecks.all
  /// The capabilities that have checks of their own.
  package static let order = ["llm", "storage", "blobs", "bus"]
  package static let capabilities: [String: [Check]] = [
    "llm": LLMChecks.all, "storage": StorageChecks.all, "blobs": BlobChecks.all, "bus": BusChecks.all,
  ]
}
