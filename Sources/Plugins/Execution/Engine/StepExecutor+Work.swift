import JSONRPC

extension StepExecutor {
  /// Plans the files; a plan that forgets criteria is asked for once more.
  func design(_ work: Work) async throws -> StepResult {
    let existing = try await workspace.files(at: work.state.base)
    var (reply, usage) = try await models.object(.blueprint(work, files: existing), place(work, "blueprint"))
    let open = work.state.openCriteria
    let coverage = CriteriaCoverage(plan: PlannedFile.list(reply["files_plan"] ?? .null), criteria: open.map(\.id))
    if !coverage.isComplete {
      let missing = open.filter { coverage.uncovered.contains($0.id) }
      let prompt = Prompt.blueprint(work, files: existing, missing: missing, former: .object(reply))
      let (repaired, more) = try await models.object(prompt, place(work, "coverage"))
      usage += more
      reply = repaired
    }
    let plan = PlannedFile.list(reply["files_plan"] ?? .null)
    guard !plan.isEmpty else { throw TryFailure(reason: "the plan names no file", usage: usage) }
    guard plan.count <= EngineConfig.planFileLimit else { throw TryFailure(reason: "the plan names \(plan.count) files", usage: usage) }
    for file in plan where (try? WorkspacePath(file.path)) == nil {
      throw TryFailure(reason: "the plan names a path outside of the workspace: \(file.path.prefix(100))", usage: usage)
    }
    return .designed(.object(reply), usage)
  }

  /// Writes the planned files into a clean worktree, one call a file, and commits them.
  func implement(_ work: Work) async throws -> StepResult {
    let tree = tree(work)
    try await workspace.open(tree, at: work.state.base)
    let files = files(tree)
    var usage = Usage()
    for file in PlannedFile.ordered(PlannedFile.list(work.state.blueprint["files_plan"])) {
      do {
        usage += try await write(file, work, files)
      } catch let failure as TryFailure {
        throw TryFailure(reason: "\(file.path): \(failure.reason)", usage: usage + failure.usage)
      } catch let failure as WorkspaceFiles.Failure {
        throw TryFailure(reason: "\(file.path): \(failure)", usage: usage)
      }
    }
    let message = "\(work.requirement.id): \(work.requirement.title)"
    let (commit, changed) = try await workspace.commit(tree, message: message, base: work.state.base)
    return .implemented(commit: commit, files: changed, usage)
  }

  private func write(_ file: PlannedFile, _ work: Work, _ files: WorkspaceFiles) async throws -> Usage {
    guard let path = try? WorkspacePath(file.path) else { throw TryFailure(reason: "is outside of the workspace") }
    let current = try await files.text(path)
    let dependencies = try await dependencies(of: file, files)
    if work.options.editMode, let current {
      let prompt = Prompt.edit(work, file, current: current, dependencies: dependencies)
      let (reply, usage) = try await models.object(prompt, place(work, "edit/\(path.text)"))
      let text: String
      do throws(TextEdit.Failure) {
        text = try TextEdit.apply(TextEdit.list(reply["edits"] ?? .null), to: current)
      } catch {
        throw TryFailure(reason: "an edit does not fit: \(error)", usage: usage)
      }
      try await write(text, path, files, usage)
      return usage
    }
    let prompt = Prompt.file(work, file, current: current, dependencies: dependencies)
    let (reply, usage) = try await models.object(prompt, place(work, "file/\(path.text)")) { text in
      FileBlock.all(in: text).first { $0.path == path.text }.map { ["content": .string($0.content)] }
    }
    guard let content = reply["content"]?.string else { throw TryFailure(reason: "the reply has no content", usage: usage) }
    try await write(content, path, files, usage)
    return usage
  }

  private func write(_ text: String, _ path: WorkspacePath, _ files: WorkspaceFiles, _ usage: Usage) async throws {
    do {
      try await files.write(text, to: path)
    } catch {
      throw TryFailure(reason: "\(error)", usage: usage)
    }
  }

  private static let dependencyCharacterLimit = 3_000

  private func dependencies(of file: PlannedFile, _ files: WorkspaceFiles) async throws -> [JSON] {
    var list: [JSON] = []
    for name in file.dependencies.prefix(20) {
      guard let path = try? WorkspacePath(name), let text = try await files.text(path) else { continue }
      list.append(["path": .string(path.text), "content": .string(String(text.prefix(StepExecutor.dependencyCharacterLimit)))])
    }
    return list
  }
}
