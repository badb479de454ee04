package import JSONRPC

/// What an import did, table by table.
package struct ImportReport: Sendable {
  package struct Line: Sendable {
    package let table: String
    package var read = 0
    package var added = 0
    /// There already, from an earlier run or as the same thing.
    package var present = 0
    /// Left out, by reason.
    package var skipped: [String: Int] = [:]
  }

  package private(set) var lines: [Line] = []
  /// What an operator should know beside the numbers.
  package var notes: [String] = []
  package let isDryRun: Bool

  init(isDryRun: Bool) { self.isDryRun = isDryRun }

  mutating func add(_ line: Line) { lines.append(line) }

  package var json: JSON {
    let tables: [JSON] = lines.map { line in
      [
        "table": .string(line.table), "read": .int(line.read), "added": .int(line.added), "present": .int(line.present),
        "skipped": .object(JSONObject(line.skipped.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) })),
      ]
    }
    return ["dry_run": .bool(isDryRun), "tables": .array(tables), "notes": JSON(notes)]
  }
}
