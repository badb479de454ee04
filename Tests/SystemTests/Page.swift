import JSONRPC
import Testing

/// A route of the plan's pages, and what a client finds there after a round.
struct Page: Sendable, CustomTestStringConvertible {
  enum Shape: Sendable {
    /// `{"count", "next", "previous", "results"}`.
    case page
    case array
    case object
  }

  /// With `{project}`, `{round}` and so on in place of ids.
  let path: String
  let shape: Shape
  /// Members that every row or the object has.
  let members: [String]
  /// Members that hold something: no empty text, list or object, no 0, no null.
  let filled: [String]

  var testDescription: String { path }

  static func page(_ path: String, _ members: String, filled: String = "") -> Page { make(path, .page, members, filled) }
  static func array(_ path: String, _ members: String, filled: String = "") -> Page { make(path, .array, members, filled) }
  static func object(_ path: String, _ members: String, filled: String = "") -> Page { make(path, .object, members, filled) }

  private static func make(_ path: String, _ shape: Shape, _ members: String, _ filled: String) -> Page {
    let words = filled.split(separator: " ").map(String.init)
    return Page(path: path, shape: shape, members: members.split(separator: " ").map(String.init) + words, filled: words)
  }

  /// Holds an answer against the page.
  func verify(_ answer: JSON) throws {
    switch shape {
    case .object: verify(row: answer)
    case .array: try verify(rows: try #require(answer.array, "\(path) is no array"))
    case .page:
      let rows = try #require(answer["results"].array, "\(path) is no page")
      #expect(answer.object?["next"] != nil && answer.object?["previous"] != nil, "\(path)")
      #expect((answer["count"].int ?? 0) >= Int64(rows.count), "\(path)")
      try verify(rows: rows)
    }
  }

  private func verify(rows: [JSON]) throws {
    try #require(!rows.isEmpty, "\(path) is empty")
    for row in rows { verify(row: row, filled: []) }
    for name in filled { #expect(rows.contains { !Self.isEmpty($0[name]) }, "\(path): no row has a \(name)") }
  }

  private func verify(row: JSON) { verify(row: row, filled: filled) }

  private func verify(row: JSON, filled: [String]) {
    for name in members { #expect(row.object?[name] != nil, "\(path) lacks \(name): \(row.text.prefix(300))") }
    for name in filled { #expect(!Self.isEmpty(row[name]), "\(path): \(name) is empty") }
  }

  private static func isEmpty(_ value: JSON) -> Bool {
    switch value {
    case .null: true
    case .bool: false
    case .number: value.double == 0
    case .string(let text): text.isEmpty
    case .array(let items): items.isEmpty
    case .object(let object): object.count == 0
    }
  }
}
