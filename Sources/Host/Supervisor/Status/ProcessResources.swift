import FoundationEssentials
package import JSONRPC

/// What a process and all its descendants use, as /proc tells it.
package struct ProcessResources: Sendable, Equatable {
  package var memory = ProcessMemory()
  /// The highest resident size that any of them had.
  package var peakResidentByteCount = 0
  package var processCount = 0
  package var threadCount = 0
  package var fileCount = 0
  /// User and system time together, also of children that ended.
  package var cpuSeconds = 0.0

  private static let processLimit = 256
  /// The kernel's `USER_HZ`, the same on every Linux that Swift runs on.
  private static let ticksPerSecond = 100.0

  /// - Returns: nil when the process is gone.
  package static func read(pid: Int32) -> ProcessResources? {
    var found = ProcessResources()
    var waiting = [pid]
    while let next = waiting.popLast(), found.processCount < processLimit {
      guard let status = text("/proc/\(next)/status"), let stat = text("/proc/\(next)/stat") else { continue }
      found.processCount += 1
      found.threadCount += number("Threads:", in: status)
      found.peakResidentByteCount = max(found.peakResidentByteCount, number("VmHWM:", in: status) << 10)
      found.cpuSeconds += cpu(stat)
      found.fileCount += (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(next)/fd").count) ?? 0
      if let memory = ProcessMemory.read(pid: next, withChildren: false) {
        found.memory.residentByteCount += memory.residentByteCount
        found.memory.proportionalByteCount += memory.proportionalByteCount
      }
      let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(next)/task")) ?? []
      for thread in threads {
        waiting += (text("/proc/\(next)/task/\(thread)/children") ?? "").split(separator: " ").compactMap { Int32($0) }
      }
    }
    return found.processCount > 0 ? found : nil
  }

  package var json: JSON {
    [
      "rss_bytes": .int(memory.residentByteCount), "pss_bytes": .int(memory.proportionalByteCount),
      "peak_rss_bytes": .int(peakResidentByteCount), "processes": .int(processCount), "threads": .int(threadCount),
      "files": .int(fileCount), "cpu_seconds": .double((cpuSeconds * 100).rounded() / 100),
    ]
  }

  /// Fields 14 to 17 of `stat`, counted behind the program's name, which may hold anything.
  private static func cpu(_ stat: String) -> Double {
    guard let end = stat.lastIndex(of: ")") else { return 0 }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 14 else { return 0 }
    return fields[11...14].reduce(0) { $0 + (Double($1) ?? 0) } / ticksPerSecond
  }

  private static func number(_ key: String, in text: String) -> Int {
    for line in text.split(separator: "\n") where line.hasPrefix(key) {
      return line.dropFirst(key.count).split(whereSeparator: { $0 == " " || $0 == "\t" }).first.flatMap { Int($0) } ?? 0
    }
    return 0
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}
