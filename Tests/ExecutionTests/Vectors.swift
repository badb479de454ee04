import Foundation
import JSONRPC
import Testing

struct Vector: Sendable, CustomTestStringConvertible {
  let row: JSON
  var testDescription: String { "\(row["id"].string ?? ""): \(row["title"].string ?? "")" }

  var input: JSON { row["input"] }
  var expected: JSON { row["expected"] }

  /// The rows of one kind in Tests/Vectors.
  static func rows(_ file: String, _ kind: String) -> [Vector] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Vectors")
    let text = (try? String(contentsOf: folder.appending(path: file), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { (try? JSON(parsing: String($0))).map(Vector.init) }.filter {
      $0.row["kind"].string == kind
    }
  }
}

func texts(_ json: JSON) -> [String] { (json.array ?? []).compactMap(\.string) }

func edges(_ json: JSON) -> [(String, String)] { (json.array ?? []).map { ($0[0].string ?? "", $0[1].string ?? "") } }

func lists(_ json: JSON) -> [String: [String]] {
  Dictionary((json.object?.members ?? []).map { ($0.name, texts($0.value)) }) { first, _ in first }
}
