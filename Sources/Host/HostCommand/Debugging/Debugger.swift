import Foundation

/// How a debugger is started on a running process.
///
/// A plugin's private root shows every file of the host where it is on the host: the debugger finds programs and libraries, and so symbols, at
/// the paths the process names, once it is kept from looking for them through the plugin's own root.
struct Debugger: Sendable, Equatable {
  enum Kind: Sendable { case lldb, gdb, other }

  /// Absolute.
  let path: String

  var kind: Kind {
    let name = URL(filePath: path).lastPathComponent
    return name.hasPrefix("lldb") ? .lldb : name.contains("gdb") ? .gdb : .other
  }

  /// Finds one: by path or name, or the first there is of lldb and gdb.
  ///
  /// - Parameter searchPath: `$PATH`.
  static func find(_ name: String?, searchPath: String) -> Debugger? {
    let folders = searchPath.split(separator: ":").map(String.init)
    for candidate in name.map({ [$0] }) ?? ["lldb", "gdb"] {
      let places = candidate.contains("/") ? [URL(filePath: candidate).standardizedFileURL.path] : folders.map { "\($0)/\(candidate)" }
      if let path = places.first(where: FileManager.default.isExecutableFile) { return Debugger(path: path) }
    }
    return nil
  }

  /// Its arguments, its own name not among them. `-p PID` is what every program of this kind takes.
  ///
  /// - Parameter more: what the user adds.
  func arguments(pid: Int32, program: String, more: [String]) -> [String] {
    switch kind {
    case .lldb: ["-p", "\(pid)"] + more
    case .gdb: ["-iex", "set sysroot /", program, "-p", "\(pid)"] + more
    case .other: ["-p", "\(pid)"] + more
    }
  }

  /// A word as a shell takes it.
  static func quoted(_ word: String) -> String {
    let isPlain = word.wholeMatch(of: /[A-Za-z0-9_.\/=:,+@-]+/) != nil
    return isPlain ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
  }
}
