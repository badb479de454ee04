import JSONRPC

/// A project's folder: `delivery`, a git repository, and `work/<requirement>`, its worktrees. All git runs in the sandbox.
///
/// Commits have a fixed author and the round's date, so that the same work gives the same commits on every machine and after every crash.
struct Workspace: Sendable {
  let host: PatientHost
  /// Where the plugin's workspaces are, for its own reading and writing.
  let root: String
  /// This project's folder in it.
  let folder: String
  /// The date of commits, ISO 8601.
  let date: String

  static let delivery = "delivery"
  private static let gitTime = Duration.seconds(60)

  static func worktree(_ requirement: String) -> String { "work/\(requirement)" }

  /// The absolute path of a worktree.
  func path(_ tree: String) -> String { "\(root)/\(folder)/\(tree)" }

  /// Makes the repository if there is none, puts the delivery branch at `head` (empty: where it is) and removes what an earlier worker left.
  ///
  /// - Returns: the commit.
  func prepare(head: String) async throws -> String {
    let result = try await git(WorkspaceScript.prepare, [head])
    guard result.exitCode == 0, let commit = result.lines.last else { throw Workspace.failure("prepare", result) }
    return commit
  }

  /// Puts a worktree at a commit, without a trace of anything else; makes it on a branch of its own if need be.
  func open(_ tree: String, at commit: String) async throws {
    let result =
      tree == Workspace.delivery
      ? try await git(WorkspaceScript.reset, [commit])
      : try await git(WorkspaceScript.open, [tree, commit, "req/\(tree.split(separator: "/").last ?? "")"])
    guard result.exitCode == 0 else { throw Workspace.failure("open", result) }
  }

  /// Removes what a lost worker left of its worktree, and its locks; the others stay untouched.
  func discard(_ tree: String) async throws {
    let branch = tree == Workspace.delivery ? "main" : "req/\(tree.split(separator: "/").last ?? "")"
    let result = try await git(WorkspaceScript.discard, [tree, branch])
    guard result.exitCode == 0 else { throw Workspace.failure("discard", result) }
  }

  /// Commits everything in a worktree.
  ///
  /// - Returns: the commit and the paths that differ from `base`.
  func commit(_ tree: String, message: String, base: String) async throws -> (commit: String, files: [String]) {
    let result = try await git(WorkspaceScript.commit, [tree, message, base])
    guard result.exitCode == 0, let commit = result.lines.first else { throw Workspace.failure("commit", result) }
    return (commit, Array(result.lines.dropFirst()))
  }

  enum Merge: Sendable, Equatable {
    case merged(String)
    case conflict([String])
  }

  /// Merges a commit into the delivery branch, which stands at `head`; a conflict leaves it there.
  func merge(_ commit: String, into head: String, message: String) async throws -> Merge {
    let result = try await git(WorkspaceScript.merge, [head, commit, message])
    switch result.exitCode {
    case 0: if let merged = result.lines.last { return .merged(merged) }
    case 3: return .conflict(result.lines)
    default: break
    }
    throw Workspace.failure("merge", result)
  }

  /// The plain files of a commit, in git's order.
  func files(at commit: String) async throws -> [String] {
    let result = try await git(WorkspaceScript.list, [commit])
    guard result.exitCode == 0 else { throw Workspace.failure("list", result) }
    return result.lines.compactMap { line in
      let parts = line.split(separator: "\t", maxSplits: 1)
      guard parts.count == 2, parts[0].hasPrefix("100") else { return nil }
      return String(parts[1])
    }
  }

  /// Runs a command that sees one worktree and nothing else.
  func run(_ argv: [String], in tree: String, timeout: Duration) async throws -> SandboxResult {
    let command = SandboxCommand(
      argv: argv, workspace: "\(folder)/\(tree)", environment: ["HOME": "/tmp", "LC_ALL": "C.UTF-8"], timeout: timeout)
    return try await spawn(command)
  }

  private func git(_ script: String, _ arguments: [String]) async throws -> SandboxResult {
    let command = SandboxCommand(
      argv: ["sh", "-c", script, "sh"] + arguments, workspace: folder, environment: WorkspaceScript.environment(date: date),
      timeout: Workspace.gitTime)
    return try await spawn(command)
  }

  private func spawn(_ command: SandboxCommand) async throws -> SandboxResult {
    do {
      let grace = command.timeout + .seconds(10)
      return SandboxResult(json: try await host.call("sandbox.spawn", command.params, deadline: grace))
    } catch let error as RPCError {
      throw RoundEnd.failed(code: "runner_failed", message: "sandbox: \(error.message)")
    }
  }

  private static func failure(_ what: String, _ result: SandboxResult) -> RoundEnd {
    .failed(code: "runner_failed", message: "workspace \(what) failed: \(String(result.errors.suffix(300)).trimmed)")
  }
}
