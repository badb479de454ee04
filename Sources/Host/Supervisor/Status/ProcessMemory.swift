import FoundationEssentials

/// Memory of a process and all its descendants, as /proc tells it.
package struct ProcessMemory: Sendable, Equatable {
  package var residentByteCount = 0
  /// Shared pages counted by their share.
  package var proportionalByteCount = 0

  private static let processLimit = 256

  /// - Returns: nil when the process is gone.
  package static func read(pid: Int32, withChildren: Bool = true) -> ProcessMemory? {
    var memory = ProcessMemory()
    var waiting = [pid]
    var seen = 0
    while let next = waiting.popLast(), seen < processLimit {
      guard let rollup = text("/proc/\(next)/smaps_rollup") else { continue }
      seen += 1
      memory.residentByteCount += kibibytes("Rss:", in: rollup) << 10
      memory.proportionalByteCount += kibibytes("Pss:", in: rollup) << 10
      guard withChildren else { break }
      let children = text("/proc/\(next)/task/\(next)/children") ?? ""
      waiting += children.split(separator: " ").compactMap { Int32($0) }
    }
    return seen > 0 ? memory : nil
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func kibibytes(_ key: String, in text: String) -> Int {
    for line in text.split(separator: "\n") where line.hasPrefix(key) {
      return line.dropFirst(key.count).split(separator: " ").first.flatMap { Int($0) } ?? 0
    }
    return 0
  }
}
