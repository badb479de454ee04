import JSONRPC

/// What quickstart prints at the end.
struct QuickstartReport {
  let outcome: QuickstartRun.Outcome
  /// The host's status: every process.
  let status: JSON
  let folder: String
  let elapsed: Duration

  var lines: [String] {
    var lines = ["", "Processes"] + ProcessTable(status).lines.map { "  " + $0 }
    lines +=
      ["", "Delivered to \(folder)"]
      + TextTable(columns: ["FILE", "BYTES"], rows: outcome.files.map { [$0.path, "\($0.size)"] }).lines.map { "  " + $0 }
    lines += [
      "", "Round \(outcome.round): \(outcome.status), \(outcome.passed) of \(outcome.requirements) requirements passed",
      "Model calls \(outcome.calls), tokens \(outcome.tokens), cost $\(Self.money(outcome.costUSD))",
      "First file after \(outcome.firstFile.map(Self.seconds) ?? "-"), all done after \(Self.seconds(elapsed))",
    ]
    return lines
  }

  static func seconds(_ duration: Duration) -> String {
    let hundredths = duration.components.seconds * 100 + duration.components.attoseconds / 10_000_000_000_000_000
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
  }

  private static func money(_ amount: Double) -> String {
    let millionths = Int64((amount * 1_000_000).rounded())
    let fraction = String(millionths % 1_000_000)
    return "\(millionths / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
  }
}
