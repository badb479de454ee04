import Foundation
import JSONRPC
import Testing

/// Recorded answers: the folder named by `HIVECORE_VECTORS`, else the contract's own beside the source tree, else the copy the project keeps.
enum Vectors {
  static let selection = rows("selection")
  static let audit = rows("audit")
  static let team = rows("team")
  static let names = rows("names")

  static let folder: URL = {
    if let named = ProcessInfo.processInfo.environment["HIVECORE_VECTORS"] { return URL(filePath: named) }
    let contract = sources.deletingLastPathComponent().appending(path: "shared/contract/vectors")
    return FileManager.default.fileExists(atPath: contract.path) ? contract : copy
  }()

  static let copy = sources.appending(path: "Tests/Vectors")
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// `vocabulary.json` stands beside the vectors, or in the contract's folder of tables.
  static func vocabulary() throws -> JSON {
    let beside = folder.appending(path: "vocabulary.json")
    let table = folder.deletingLastPathComponent().appending(path: "tables/vocabulary.json")
    let file = FileManager.default.fileExists(atPath: beside.path) ? beside : table
    return try JSON(parsing: Array(Data(contentsOf: file)))
  }

  /// One row of a file; printed by its id.
  struct Row: Sendable, CustomTestStringConvertible {
    let json: JSON
    var testDescription: String { "\(json["id"].string ?? "?"): \(json["title"].string ?? json["input"].text)" }
  }

  private static func rows(_ name: String) -> [Row] {
    do {
      let text = try String(contentsOf: folder.appending(path: "\(name).jsonl"), encoding: .utf8)
      return try text.split(separator: "\n").map { Row(json: try JSON(parsing: String($0))) }
    } catch {
      preconditionFailure("\(folder.path)/\(name).jsonl cannot be read: \(error)")
    }
  }
}
