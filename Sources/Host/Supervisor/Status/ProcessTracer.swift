import FoundationEssentials

/// Who traces a process, as /proc tells it: a debugger.
package enum ProcessTracer {
  /// - Returns: nil when nobody does, or the process is gone.
  package static func pid(of process: Int32) -> Int32? {
    guard let status = FileManager.default.contents(atPath: "/proc/\(process)/status") else { return nil }
    for line in String(decoding: status, as: UTF8.self).split(separator: "\n") where line.hasPrefix("TracerPid:") {
      return line.dropFirst("TracerPid:".count).split { $0 == " " || $0 == "\t" }.first.flatMap { Int32($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
    return nil
  }
}
