import JSONRPC
import PluginKit

/// Does one step and says what came of it. It writes no rows: a step that is done twice leaves no trace of the first time.
struct StepExecutor: Sendable {
  let host: PatientHost
  let context: RoundContext
  let config: EngineConfig
  let models: ModelCaller
  let workspace: Workspace
  /// The collections there are.
  let collections: Set<String>

  /// - Throws: ``RoundEnd``, or `CancellationError`.
  func perform(_ step: RoundStep, in state: RoundState) async throws -> StepResult {
    do {
      return try await act(step, state)
    } catch let failure as TryFailure {
      return try failed(failure, step)
    } catch let error as WorkspaceFiles.Failure {
      return try failed(TryFailure(reason: "\(error)"), step)
    } catch let error as RPCError {
      throw RoundEnd.failed(code: "runner_failed", message: "\(step.name): \(error.message)")
    }
  }

  private func failed(_ failure: TryFailure, _ step: RoundStep) throws(RoundEnd) -> StepResult {
    guard step.isWork else { throw .failed(code: "planning_failed", message: failure.reason) }
    return .failed(failure.reason, failure.usage)
  }

  private func act(_ step: RoundStep, _ state: RoundState) async throws -> StepResult {
    switch step {
    case .gather: return try await gather(state)
    case .specify: return try await specify(state)
    case .accept(let id): return try await accept(id, state)
    case .contract: return try await contract(state)
    case .staff(let id): return try await staff(id, state)
    case .plan: return .planned(active: try await activeDecisions())
    case .openRound: return .opened
    case .beginBatch: return .begun
    case .follow(let id): return try await follow(id, state)
    case .design(let id): return try await design(try work(id, state))
    case .implement(let id): return try await implement(try work(id, state))
    case .validate(let id): return .validated(try await validate(try work(id, state)))
    case .check(let id): return try await check(try work(id, state))
    case .judge(let id): return try await judge(try work(id, state))
    case .merge(let id): return try await merge(try work(id, state), state)
    case .deliver: return .delivered(try await deliver(state))
    case .summarise: return try await summarise(state)
    }
  }

  private func work(_ id: String, _ state: RoundState) throws(RoundEnd) -> Work {
    guard let work = Work(id, in: state) else { throw .failed(code: "runner_failed", message: "no requirement \(id) in this round") }
    return work
  }

  /// Where the files of a try are: its own worktree, or the delivery branch itself when work goes straight there.
  func tree(_ work: Work) -> String { tree(work.requirement.id) }

  func tree(_ requirement: String) -> String { context.options.prMode ? Workspace.worktree(requirement) : Workspace.delivery }

  func files(_ tree: String) -> WorkspaceFiles { WorkspaceFiles(root: workspace.path(tree)) }

  func place(_ work: Work, _ name: String) -> ModelCaller.Place {
    ModelCaller.Place(
      path: "\(work.requirement.id)/r\(work.state.innerRound)/\(name)", worker: work.state.worker ?? .house, attempt: work.state.innerRound,
      journalAttempt: work.state.attempt)
  }
}

extension RoundStep {
  /// A step whose failure is the failure of one try, not of the round.
  var isWork: Bool {
    switch self {
    case .design, .implement, .validate, .check, .judge, .merge: true
    default: false
    }
  }
}
