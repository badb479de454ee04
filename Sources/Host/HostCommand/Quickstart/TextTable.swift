/// Columns of text under their names; numbers to the right.
struct TextTable {
  let columns: [String]
  let rows: [[String]]

  var lines: [String] {
    let widths = columns.indices.map { column in ([columns[column]] + rows.map { $0[column] }).map(\.count).max() ?? 0 }
    return ([columns] + rows).map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - text.count)
        line += isNumber(column) ? padding + text + "  " : text + padding + "  "
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }

  private func isNumber(_ column: Int) -> Bool { !rows.isEmpty && rows.allSatisfy { Double($0[column]) != nil || $0[column] == "-" } }
}
