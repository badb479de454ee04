import JSONRPC

/// The shell scripts that run in the sandbox, `/workspace` being the project's folder. Arguments come as `$1`…, never spliced in.
enum WorkspaceScript {
  static func environment(date: String) -> JSONObject {
    [
      "HOME": "/tmp", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
      "GIT_AUTHOR_NAME": "HiveCore", "GIT_AUTHOR_EMAIL": "hivecore@localhost", "GIT_AUTHOR_DATE": .string(date),
      "GIT_COMMITTER_NAME": "HiveCore", "GIT_COMMITTER_EMAIL": "hivecore@localhost", "GIT_COMMITTER_DATE": .string(date),
      // The files may belong to the plugin's user, not to the command's.
      "GIT_CONFIG_COUNT": "4", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*", "GIT_CONFIG_KEY_1": "core.quotePath",
      "GIT_CONFIG_VALUE_1": "false", "GIT_CONFIG_KEY_2": "core.hooksPath", "GIT_CONFIG_VALUE_2": "/dev/null", "GIT_CONFIG_KEY_3": "gc.auto",
      "GIT_CONFIG_VALUE_3": "0",
    ]
  }

  /// $1 = commit or empty. Prints the commit of the delivery branch.
  static let prepare = """
    set -eu
    if ! git -C delivery rev-parse -q --verify HEAD >/dev/null 2>&1; then
      rm -rf delivery
      git init -q -b main delivery
      git -C delivery commit -q --allow-empty -m 'Begin the project'
    fi
    find delivery/.git -type f -name '*.lock' -delete
    git -C delivery reset -q --hard "${1:-HEAD}"
    git -C delivery clean -q -ffdx
    rm -rf work
    mkdir work
    git -C delivery worktree prune
    git -C delivery rev-parse HEAD
    """

  /// $1 = worktree, $2 = commit, $3 = branch. One at a time: `git worktree` fails on what another one has half written.
  static let open = """
    set -eu
    exec 9>delivery/.git/worktrees.mutex
    flock 9
    if [ -e "$1/.git" ] && git -C "$1" reset -q --hard "$2" 2>/dev/null; then
      git -C "$1" clean -q -ffdx
    else
      rm -rf "$1"
      git -C delivery worktree prune
      git -C delivery worktree add -q -f -f -B "$3" "../$1" "$2"
    fi
    """

  /// $1 = worktree, $2 = its branch.
  static let discard = """
    set -eu
    rm -f "delivery/.git/refs/heads/$2.lock" delivery/.git/index.lock delivery/.git/HEAD.lock
    [ "$1" = delivery ] || rm -rf "$1"
    """

  /// $1 = commit.
  static let reset = """
    set -eu
    git -C delivery reset -q --hard "$1"
    git -C delivery clean -q -ffdx
    """

  /// $1 = worktree, $2 = message, $3 = base. Prints the commit, then the changed paths.
  static let commit = """
    set -eu
    cd "$1"
    git add -A
    git commit -q --allow-empty -m "$2"
    git rev-parse HEAD
    git diff --name-only "$3" HEAD
    """

  /// $1 = head, $2 = commit, $3 = message. Prints the merged commit; on a conflict its paths, with exit code 3.
  static let merge = """
    set -eu
    cd delivery
    git reset -q --hard "$1"
    git clean -q -ffdx
    if git merge -q --no-ff -m "$3" "$2" >/dev/null 2>&1; then
      git rev-parse HEAD
    else
      git diff --name-only --diff-filter=U
      git reset -q --hard "$1"
      git clean -q -ffdx
      exit 3
    fi
    """

  /// $1 = commit. Prints mode, type, object, a tab and the path of each file.
  static let list = """
    set -eu
    git -C delivery ls-tree -r "$1"
    """
}
