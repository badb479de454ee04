import JSONRPC
import PluginKit

/// A file's name as it may be stored: one component, whatever path the client sent.
struct FileName: Equatable {
  static let limit = 200

  let text: String

  /// - Throws: 400 for what has no name in it.
  init(_ sent: String, field: String = "file") throws(RPCError) {
    let last = sent.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
    let clean = String(String.UnicodeScalarView(last.unicodeScalars.filter { !FileName.isControl($0) }))
    let name = clean.drop { $0.isWhitespace }.reversedDrop { $0.isWhitespace }
    guard !name.isEmpty, name != ".", name != ".." else { throw HTTPCall.invalid(field, "No filename could be determined.") }
    let count = name.unicodeScalars.count
    guard count <= FileName.limit else {
      throw HTTPCall.invalid(field, "Ensure this filename has at most \(FileName.limit) characters (it has \(count)).")
    }
    text = name
  }

  /// Lower-case, without the dot; empty when there is none.
  var ending: String {
    guard let dot = text.lastIndex(of: "."), dot > text.startIndex else { return "" }
    return text[text.index(after: dot)...].lowercased()
  }

  /// Control characters, and those that turn the direction of what follows.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
      || (0x2066...0x2069).contains(scalar.value)
  }
}

extension Substring {
  fileprivate func reversedDrop(_ isDropped: (Character) -> Bool) -> String { String(String(reversed()).drop(while: isDropped).reversed()) }
}
