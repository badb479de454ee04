import JSONRPC

/// The plugins of a status as a table.
struct ProcessTable {
  private let status: JSON

  init(_ status: JSON) { self.status = status }

  var lines: [String] {
    TextTable(
      columns: ["PROCESS", "STATE", "PID", "RESTARTS", "UPTIME", "RSS MB", "PSS MB", "SANDBOX", "LAST EXIT"],
      rows: (status["plugins"].array ?? []).map(row)
    ).lines
  }

  private func row(_ plugin: JSON) -> [String] {
    [
      plugin["id"].string ?? "?", plugin["state"].string ?? "?", plugin["pid"].int.map { "\($0)" } ?? "-", "\(plugin["restarts"].int ?? 0)",
      plugin["uptime_seconds"].double.map { "\(Int($0))s" } ?? "-", megabytes(plugin["rss_bytes"]), megabytes(plugin["pss_bytes"]),
      plugin["sandbox"]["tier"].string ?? "-", plugin["last_exit"].string ?? plugin["last_exit"]["reason"].string ?? "-",
    ]
  }

  private func megabytes(_ bytes: JSON) -> String {
    guard let count = bytes.int else { return "-" }
    let tenths = count * 10 / 1_048_576
    return "\(tenths / 10).\(tenths % 10)"
  }
}
