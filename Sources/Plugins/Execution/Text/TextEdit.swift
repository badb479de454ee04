import JSONRPC

/// One replacement in a file.
struct TextEdit: Sendable, Equatable {
  enum Failure: Error, Sendable, Equatable {
    case none
    case notFound(String)
    case ambiguous(String)
  }

  var old: String
  var new: String
  var replaceAll: Bool

  static let limit = 100

  static func list(_ json: JSON) -> [TextEdit] {
    (json.array ?? []).prefix(limit).compactMap { item in
      guard let old = item["old"].string, let new = item["new"].string else { return nil }
      return TextEdit(old: old, new: new, replaceAll: item["replace_all"].bool ?? false)
    }
  }

  /// Applies edits in order. An empty `old` replaces the whole text.
  ///
  /// - Throws: ``Failure`` when a text is not there, or is there more than once without `replace_all`.
  static func apply(_ edits: [TextEdit], to text: String) throws(Failure) -> String {
    guard !edits.isEmpty else { throw .none }
    var text = text
    for edit in edits {
      guard !edit.old.isEmpty else {
        text = edit.new
        continue
      }
      let places = text.ranges(of: edit.old)
      guard let first = places.first else { throw .notFound(String(edit.old.prefix(80))) }
      if edit.replaceAll {
        text = text.replacing(edit.old, with: edit.new)
      } else {
        guard places.count == 1 else { throw .ambiguous(String(edit.old.prefix(80))) }
        text.replaceSubrange(first, with: edit.new)
      }
    }
    return text
  }
}
