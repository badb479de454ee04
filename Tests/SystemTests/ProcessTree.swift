import Foundation

/// A process that is told from a later one with the same number by when it began.
struct ProcessTree: Sendable, Equatable {
  let pid: Int32
  private let begun: String

  /// - Returns: nil when there is no such process, or nothing of it but its exit status.
  init?(pid: Int32) {
    guard let text = Self.text("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    self.pid = pid
    begun = String(fields[19])
  }

  var isAlive: Bool { ProcessTree(pid: pid) == self }

  /// The host's children and theirs.
  static func descendants(of pid: Int32) -> [ProcessTree] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    let children = threads.flatMap { (text("/proc/\(pid)/task/\($0)/children") ?? "").split(separator: " ").compactMap { Int32($0) } }
    return children.flatMap { child in (ProcessTree(pid: child).map { [$0] } ?? []) + descendants(of: child) }
  }

  static func text(_ path: String) -> String? { FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } }
}
