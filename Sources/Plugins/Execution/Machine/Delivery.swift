import JSONRPC

/// The files that are handed over, and what the project's shelves hold already.
struct Delivery: Sendable, Equatable {
  struct File: Sendable, Equatable {
    var path: String
    var size: Int
    var hash: String
    /// Text, or base64 when the bytes are not UTF-8; empty when the object store has it.
    var content: String
    var encoding: String
    var storageKey: String
  }

  var files: [File] = []
  var shelf = Shelf()
}

/// The folder and file rows of a project by path.
struct Shelf: Sendable, Equatable {
  var folders: [String: Int64] = [:]
  var files: [String: Int64] = [:]

  init() {}

  /// - Parameters:
  ///   - folders: rows with `id` and `path`; of two with one path the older counts.
  ///   - files: the same.
  init(folders: [JSON], files: [JSON]) {
    self.folders = Shelf.byPath(folders)
    self.files = Shelf.byPath(files)
  }

  private static func byPath(_ rows: [JSON]) -> [String: Int64] {
    let pairs = rows.compactMap { row -> (String, Int64)? in
      guard let id = row["id"].int, let path = row["path"].string else { return nil }
      return (path, id)
    }
    return Dictionary(pairs) { min($0, $1) }
  }
}
