import Foundation

/// The kinds of sandbox, by the words that head their columns.
enum Confinement: String, CaseIterable, Sendable {
  case withoutNetwork = "no network"
  case loopback
  case outbound
  case command
}

/// The table in docs/THREATS.md.
struct ThreatTable {
  struct Row {
    let attack: String
    /// What stops it, for readers.
    let layer: String
    let outcomes: [Confinement: String]
    /// What happens without a sandbox.
    let open: String
  }

  static let succeeded = "succeeds"

  /// What a profile is for is no escape.
  static let granted: [String: Set<Confinement>] = [
    "connect by TCP to the host": [.outbound], "send by UDP": [.outbound], "carry data out by DNS": [.outbound],
    "execute a file it wrote": [.command], "execute a file it wrote to /tmp": [.command],
  ]

  let rows: [Row]

  static func read() throws -> ThreatTable {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: sources.appending(path: "docs/THREATS.md"), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(cells)
    let head = ["attack", "stopped by"] + Confinement.allCases.map(\.rawValue) + ["without a sandbox"]
    guard let start = lines.firstIndex(where: { $0.map { $0.lowercased() } == head }) else { throw NoTable() }
    let rows = lines[(start + 2)...].prefix { !$0.isEmpty }.filter { $0.count == head.count }
    return ThreatTable(
      rows: rows.map { cells in
        let outcomes = zip(Confinement.allCases, cells[2...]).map { ($0, $1) }
        return Row(attack: cells[0], layer: cells[1], outcomes: Dictionary(uniqueKeysWithValues: outcomes), open: cells[6])
      })
  }

  struct NoTable: Error {}

  private static func cells(_ line: Substring) -> [String] {
    guard line.hasPrefix("|") else { return [] }
    return line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces).replacing("`", with: "") }
  }

  /// The attacker's answer as the table says it: a name for an errno or a signal.
  static func words(_ answer: String) -> String {
    if answer == "0" { return succeeded }
    if answer == "signal \(SIGSYS)" { return "SIGSYS" }
    return Int32(answer).flatMap { names[$0] } ?? answer
  }

  private static let names: [Int32: String] = [
    EPERM: "EPERM", ENOENT: "ENOENT", ESRCH: "ESRCH", EBADF: "EBADF", EAGAIN: "EAGAIN", ENOMEM: "ENOMEM", EACCES: "EACCES",
    EINVAL: "EINVAL", EMFILE: "EMFILE", EFBIG: "EFBIG", ENOSPC: "ENOSPC", EROFS: "EROFS", ENOSYS: "ENOSYS", EXDEV: "EXDEV",
    EAFNOSUPPORT: "EAFNOSUPPORT", ENODEV: "ENODEV",
  ]
}
