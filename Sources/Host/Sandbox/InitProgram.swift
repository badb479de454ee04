import Glibc

/// Where the sandbox's first process is installed.
enum InitProgram {
  static let name = "hivecore-sandbox-init"

  /// Beside the running program, or in `libexec/hivecore` of its prefix.
  static func locate() -> String? {
    guard let program = resolvedPath("/proc/self/exe") else { return nil }
    let directory = parentDirectory(program)
    return ["\(directory)/\(name)", "\(parentDirectory(directory))/libexec/hivecore/\(name)"]
      .first { unsafe access($0, X_OK) == 0 }
  }
}

/// The path without links and dots, or nil when it does not exist.
func resolvedPath(_ path: String) -> String? {
  guard let resolved = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(resolved) }
  return unsafe String(cString: resolved)
}

func parentDirectory(_ path: String) -> String {
  guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
  return String(path[..<slash])
}
