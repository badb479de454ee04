import JSONRPC
import PluginKit

extension StepExecutor {
  /// The static layer: no links, no file empty, shell scripts and JSON well-formed, pages closed.
  func validate(_ work: Work) async throws -> ValidationResult {
    let tree = tree(work)
    try await workspace.open(tree, at: work.state.commit)
    var result = ValidationResult()
    var scripts: [String] = []
    for name in work.state.files {
      guard let path = try? WorkspacePath(name) else { continue }
      if await files(tree).isLink(path) {
        result.errors.append(.init(path: path.text, message: "is a symbolic link, which is neither followed nor delivered"))
      }
      guard let text = try await files(tree).text(path) else { continue }
      result.errors += StaticCheck.errors(text, path).map { .init(path: path.text, message: $0) }
      result.warnings += StaticCheck.warnings(text).map { .init(path: path.text, message: $0) }
      if path.fileExtension == "sh" { scripts.append(path.text) }
    }
    for script in scripts {
      let syntax = try await workspace.run(["sh", "-n", script], in: tree, timeout: .seconds(10))
      if syntax.exitCode != 0 { result.errors.append(.init(path: script, message: String(syntax.errors.suffix(300)).trimmed)) }
    }
    return result
  }

  /// Runs the requirement's acceptance checks in its worktree.
  func check(_ work: Work) async throws -> StepResult {
    let tree = tree(work)
    try await workspace.open(tree, at: work.state.commit)
    let checks = try await run(checksOf: [work.state], in: tree)
    try await workspace.open(tree, at: work.state.commit)
    return .checked(checks)
  }

  func judge(_ work: Work) async throws -> StepResult {
    let tree = tree(work)
    try await workspace.open(tree, at: work.state.commit)
    let prompt = Prompt.judgement(work, checks: work.state.checks, files: try await excerpts(work, files(tree)))
    let (reply, usage) = try await models.object(prompt, place(work, "qa"))
    return .judged(QAReport(.object(reply), criteria: work.state.criteria ?? []), usage)
  }

  private static let judgedFileLimit = 15
  private static let judgedByteLimit = 200_000

  /// What QA reads: the changed files, and as much of them as fits.
  private func excerpts(_ work: Work, _ files: WorkspaceFiles) async throws -> [JSON] {
    var left = StepExecutor.judgedByteLimit
    var list: [JSON] = []
    for name in work.state.files.prefix(StepExecutor.judgedFileLimit) {
      guard let path = try? WorkspacePath(name), let text = try await files.text(path), text.utf8.count <= left else { continue }
      left -= text.utf8.count
      list.append(["path": .string(path.text), "content": .string(text)])
    }
    return list
  }

  /// The check commands of requirements, in order; one without a command of its own has the script named after it, if that is there.
  func run(checksOf requirements: [RequirementState], in tree: String) async throws -> [CheckResult] {
    var results: [CheckResult] = []
    for requirement in requirements {
      guard let command = try await command(requirement, tree) else { continue }
      let result = try await workspace.run(["sh", "-c", command], in: tree, timeout: config.checkTime)
      let note = result.timedOut ? "\nended after \(config.checkTime.components.seconds) s" : ""
      results.append(CheckResult(command: command, exitCode: result.exitCode, output: result.output, errors: result.errors + note))
    }
    return results
  }

  private func command(_ requirement: RequirementState, _ tree: String) async throws -> String? {
    if let command = requirement.blueprint["check_command"].string, !command.trimmed.isEmpty { return command }
    let script = "checks/\(requirement.id).sh"
    guard let path = try? WorkspacePath(script), try await files(tree).read(path) != nil else { return nil }
    return "sh \(script)"
  }

  /// Tells the selection how an agent did, once for each requirement of a round however often it is told. Source: contract selection.md, section 8.
  func recordOutcome(of requirement: RequirementState, _ log: PluginLog) async throws {
    guard let agent = requirement.worker?.agent, [.passed, .failed].contains(requirement.stage) else { return }
    let rate = requirement.verdict(by: PassRule(threshold: context.options.passThreshold))?.rate ?? 0
    let params: JSON = [
      "agent_id": .int(agent), "quality_score": .double(rate), "accepted": .bool(requirement.stage == .passed), "user_rating": .null,
      "outcome_id": .string(context.stableID("outcome", requirement.id)),
    ]
    do {
      _ = try await host.call("selection.record_outcome", params, deadline: .seconds(30))
    } catch let error as RPCError {
      // The agent may be gone; the round is what it is.
      log.warning("outcome not recorded", ["round": context.id, "requirement": requirement.id, "error": error.message])
    }
  }

  /// Merges a requirement's work and runs its checks, and those of everything passed before, on the delivery branch; red undoes the merge.
  func merge(_ work: Work, _ state: RoundState) async throws -> StepResult {
    var head = state.head
    if work.options.prMode {
      let message = "Merge \(work.requirement.id): \(work.requirement.title)"
      switch try await workspace.merge(work.state.commit, into: state.head, message: message) {
      case .merged(let commit): head = commit
      case .conflict(let files): return .conflicted(files: files)
      }
    }
    try await workspace.open(Workspace.delivery, at: head)
    let checks = try await run(checksOf: state.passed + [work.state], in: Workspace.delivery)
    let isGreen = checks.allSatisfy(\.succeeded)
    try await workspace.open(Workspace.delivery, at: isGreen ? head : state.head)
    return isGreen ? .merged(head: head) : .regressed(checks.filter { !$0.succeeded })
  }
}
