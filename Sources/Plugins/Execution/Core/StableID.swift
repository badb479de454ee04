import Digests
import JSONRPC

/// Ids that a step which is done again after a crash makes again.
enum StableID {
  /// A UUID in the form of version 4 that depends on nothing but these words.
  static func uuid(_ words: String...) -> String { uuid(words) }

  static func uuid(_ words: [String]) -> String {
    var bytes = Array(SHA256.digest(words.joined(separator: "\u{1F}").utf8).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let hex = Array(Hex.text(bytes).utf8)
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: hex[$0], as: UTF8.self) }
    return parts.joined(separator: "-")
  }
}
