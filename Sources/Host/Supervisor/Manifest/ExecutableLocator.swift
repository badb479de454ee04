import FoundationEssentials

/// Finds a plugin's program: an absolute path, or a name looked up in the directories where we install plugins.
package struct ExecutableLocator: Sendable {
  package let directories: [String]

  /// - Parameter program: the absolute path of `hivecore`.
  package init(besideProgram program: String) {
    let directory = String(program.prefix(upTo: program.lastIndex(of: "/") ?? program.startIndex))
    let prefix = String(directory.prefix(upTo: directory.lastIndex(of: "/") ?? directory.startIndex))
    directories = [directory, prefix + "/libexec/hivecore"]
  }

  package init(directories: [String]) { self.directories = directories }

  /// - Returns: nil when there is no such executable file.
  package func find(_ exec: String) -> String? {
    if exec.hasPrefix("/") { return isProgram(exec) ? exec : nil }
    guard !exec.contains("/") else { return nil }
    return directories.lazy.map { $0 + "/" + exec }.first(where: isProgram)
  }

  private func isProgram(_ path: String) -> Bool {
    var isDirectory = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory
      && FileManager.default.isExecutableFile(atPath: path)
  }
}
