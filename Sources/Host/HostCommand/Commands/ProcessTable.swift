import JSONRPC

/// The plugins of a status as a table.
struct ProcessTable {
  private let status: JSON

  init(_ status: JSON) { self.status = status }

  var lines: [String] {
    TextTable(
      columns: ["PROCESS", "STATE", "PID", "RESTARTS", "UPTIME", "RSS MB", "PSS MB", "SANDBOX", "LAST EXIT"],
      rows: [hostRow] + (status["plugins"].array ?? []).map(row)
    ).lines
  }

  private var hostRow: [String] {
    let host = status["host"]
    let uptime = host["uptime_seconds"].int.map { "\($0)s" } ?? "-"
    return [
      "host", "ready", host["pid"].int.map { "\($0)" } ?? "-", "0", uptime, megabytes(host["rss_bytes"]), megabytes(host["pss_bytes"]), "-",
      "-",
    ]
  }

  private func row(_ plugin: JSON) -> [String] {
    let count = plugin["replicas"].array?.count ?? 1
    return [
      (plugin["id"].string ?? "?") + (count > 1 ? " ×\(count)" : ""), plugin["state"].string ?? "?",
      plugin["pid"].int.map { "\($0)" } ?? "-", "\(plugin["restarts"].int ?? 0)",
      plugin["uptime_seconds"].int.map { "\($0)s" } ?? "-", megabytes(plugin["rss_bytes"]), megabytes(plugin["pss_bytes"]),
      plugin["sandbox"]["tier"].string ?? "-", plugin["last_exit"]["summary"].string ?? "-",
    ]
  }

  private func megabytes(_ bytes: JSON) -> String {
    guard let count = bytes.int else { return "-" }
    let tenths = count * 10 / 1_048_576
    return "\(tenths / 10).\(tenths % 10)"
  }
}
