import JSONRPC

/// How the flat rows below one are nested again: SQL has no statement that nests to any depth.
package struct RowTree: Sendable, Hashable {
  /// The member that holds a row's children; empty in the flat rows.
  let member: String
  let key: String
  let parent: String

  /// `rchildren.id.parent`: names are identifiers.
  var code: String { "r\(member).\(key).\(parent)" }

  init(member: String, key: String, parent: String) {
    self.member = member
    self.key = key
    self.parent = parent
  }

  init?(code: Substring) {
    let names = code.dropFirst().split(separator: ".").map(String.init)
    guard names.count == 3 else { return nil }
    self.init(member: names[0], key: names[1], parent: names[2])
  }

  /// Appends the nested rows of a flat JSON array, which keep its order.
  func write(_ text: String, to out: inout [UInt8]) {
    let rows = (try? JSON(parsing: text))?.array ?? []
    let keys = Set(rows.map { $0[key] })
    let children = Dictionary(grouping: rows) { $0[parent] }
    let roots = rows.filter { !keys.contains($0[parent]) }
    JSON.array(roots.map { nested($0, children) }).write(to: &out)
  }

  private func nested(_ row: JSON, _ children: [JSON: [JSON]]) -> JSON {
    guard var object = row.object else { return row }
    object[member] = .array((children[row[key]] ?? []).map { nested($0, children) })
    return .object(object)
  }
}
