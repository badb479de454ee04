import JSONRPC

/// `plugin.report` for a person.
struct PluginReport {
  private let report: JSON

  init(_ report: JSON) { self.report = report }

  var lines: [String] { state + sandbox + use + methods + denials }

  private var state: [String] {
    let status = report["status"]
    var lines = [
      "\(status["id"].string ?? "?") \(status["version"].string ?? "") is \(status["state"].string ?? "?"), "
        + "\(status["replicas"].array?.count ?? 0) process(es), \(status["restarts"].int ?? 0) restarts"
    ]
    if let exec = status["exec"].string { lines.append("runs \(exec) in place of its manifest's program") }
    let exit = status["last_exit"]
    if !exit.isNull { lines.append("last exit: \(exit["summary"].string ?? "") (\(exit["cause"].string ?? ""))") }
    return lines
  }

  private var sandbox: [String] {
    let granted = report["granted"]
    return [
      "",
      "Sandbox: \(report["status"]["sandbox"]["tier"].string ?? "none") (requires \(granted["require"].string ?? "")): "
        + list(report["status"]["sandbox"]["layers"]), "  network: \(granted["network"].string ?? "")", "  read: \(list(granted["read"]))",
      "  write: \(list(granted["write"]))",
    ]
  }

  private var use: [String] {
    let limits = report["limits"]
    let rows = (report["used"].array ?? []).map { used in
      [
        megabytes(used["rss_bytes"]), megabytes(used["peak_rss_bytes"]), "\(used["processes"].int ?? 0)", "\(used["threads"].int ?? 0)",
        "\(used["files"].int ?? 0)", used["cpu_seconds"].text,
      ]
    }
    let limit = [megabytes(limits["memory_bytes"]), "", "\(limits["pids"].int ?? 0)", "", "\(limits["files"].int ?? 0)", ""]
    return [""] + TextTable(columns: ["RSS MB", "PEAK", "PROCESSES", "THREADS", "FILES", "CPU S"], rows: rows + [limit]).lines
      + ["(last line: the limits)"]
  }

  private var methods: [String] {
    let granted = report["granted"]
    let served = (report["status"]["methods"].object?.members ?? []).map { name, value in
      ["serves", name, "\(value["calls"].int ?? 0)", "\(value["errors"].int ?? 0)"]
    }
    let called = (report["called"].object?.members ?? []).map { name, count in ["calls", name, "\(count.int ?? 0)", ""] }
    return [
      "", "May serve: \(list(granted["provides"]))", "May call: \(list(granted["requires"]))", "Grants: \(list(granted["grants"]))",
      "Collections beside its own: reads \(list(granted["collections"]["read"])); writes \(list(granted["collections"]["write"]))",
    ] + TextTable(columns: ["", "METHOD", "CALLS", "ERRORS"], rows: served + called).lines
  }

  private var denials: [String] {
    let denied = report["denied"].array ?? []
    guard !denied.isEmpty else { return ["", "Denied attempts: none"] }
    let rows = denied.map { ["\($0["count"].int ?? 0)", $0["method"].string ?? "", $0["reason"].string ?? ""] }
    return ["", "Denied attempts:"] + TextTable(columns: ["TIMES", "METHOD", "WHY"], rows: rows).lines
  }

  private func list(_ json: JSON) -> String {
    let items = (json.array ?? []).compactMap(\.string)
    return items.isEmpty ? "nothing" : items.joined(separator: ", ")
  }

  private func megabytes(_ bytes: JSON) -> String { bytes.int.map { "\($0 >> 20)" } ?? "-" }
}
