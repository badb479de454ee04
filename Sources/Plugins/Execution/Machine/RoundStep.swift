import JSONRPC

/// Something a round does next. Each step is done as a whole: its result is a checkpoint, and after a crash it starts again.
enum RoundStep: Sendable, Hashable {
  /// Reads what was agreed and prepares the workspace.
  case gather
  case specify
  /// The acceptance criteria of one requirement.
  case accept(String)
  case contract
  /// An agent for one requirement.
  case staff(String)
  /// Tasks, rows and decisions of the plan.
  case plan
  case openRound(Int)
  case beginBatch
  /// Takes over what the job of one requirement has done.
  case follow(String)
  case design(String)
  case implement(String)
  case validate(String)
  case check(String)
  case judge(String)
  case merge(String)
  case deliver
  case summarise

  /// The requirement it works on.
  var requirement: String? {
    switch self {
    case .accept(let id), .staff(let id), .follow(let id), .design(let id), .implement(let id), .validate(let id), .check(let id),
      .judge(let id),
      .merge(let id):
      id
    default: nil
    }
  }

  /// The word for logs and progress.
  var name: String {
    switch self {
    case .gather: "gather"
    case .specify: "spec"
    case .accept: "criteria"
    case .contract: "contract"
    case .staff: "team"
    case .plan: "plan"
    case .openRound: "open_round"
    case .beginBatch: "begin_batch"
    case .follow: "requirement"
    case .design: "blueprint"
    case .implement: "implement"
    case .validate: "validate"
    case .check: "check"
    case .judge: "qa"
    case .merge: "merge"
    case .deliver: "deliver"
    case .summarise: "summary"
    }
  }
}

/// What a step brought.
enum StepResult: Sendable, Equatable {
  case gathered(agreed: [AgreedRequirement], head: String)
  case specified(Spec, Usage)
  case accepted([Criterion], Usage)
  case contracted(JSON, Usage)
  /// `decision` is the selection's answer, null when nobody could be asked for.
  case staffed(Worker, decision: JSON)
  /// The project's active decisions, for those of the plan to supersede.
  case planned(active: [JSON])
  case opened
  case begun
  case followed(RequirementState)
  case designed(JSON, Usage)
  case implemented(commit: String, files: [String], Usage)
  case validated(ValidationResult)
  case checked([CheckResult])
  case judged(QAReport, Usage)
  case merged(head: String)
  case conflicted(files: [String])
  /// Checks that were red on the delivery branch after the merge, which was undone.
  case regressed([CheckResult])
  case delivered(Delivery)
  case summarised(String, Usage)
  /// The try failed; a later inner round may do better.
  case failed(String, Usage)
}

extension StepResult {
  var usage: Usage {
    switch self {
    case .specified(_, let usage), .accepted(_, let usage), .contracted(_, let usage), .designed(_, let usage),
      .implemented(_, _, let usage), .judged(_, let usage), .summarised(_, let usage), .failed(_, let usage):
      usage
    default: Usage()
    }
  }
}
