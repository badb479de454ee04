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

  /// Finds one: by path or name, or the first of lldb and gdb that is installed and starts.
  ///
  /// - Parameters:
  ///   - searchPath: `$PATH`.
  ///   - starts: whether the program at a path does; toolchains bring an lldb that lacks a library here and there.
  static func find(_ name: String?, searchPath: String, starts: (_ path: String) -> Bool = Debugger.starts) -> Debugger? {
    if let name { return locate(name, searchPath).map(Debugger.init) }
    return ["lldb", "gdb"].lazy.compactMap { locate($0, searchPath) }.first(where: starts).map(Debugger.init)
  }

  private static func locate(_ name: String, _ searchPath: String) -> String? {
    let places =
      name.contains("/") ? [URL(filePath: name).standardizedFileURL.path] : searchPath.split(separator: ":").map { "\($0)/\(name)" }
    return places.first(where: FileManager.default.isExecutableFile)
  }

  private static func starts(_ path: String) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["--version"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
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
