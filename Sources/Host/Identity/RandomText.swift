import Crypto
import FoundationEssentials

/// Unguessable texts.
enum RandomText {
  static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  static func hex(byteCount: Int) -> String { HexText.encode(bytes(byteCount)) }

  /// Base64 for URLs, without padding.
  static func urlSafe(byteCount: Int) -> String {
    Data(bytes(byteCount)).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}

enum HexText {
  static func encode(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    for byte in bytes { out += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: out, as: UTF8.self)
  }

  static func sha256(_ text: String) -> String { encode(SHA256.hash(data: Array(text.utf8))) }
}
