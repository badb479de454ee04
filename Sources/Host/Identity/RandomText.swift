import FoundationEssentials
import JSONRPC

/// Unguessable texts.
enum RandomText {
  static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  static func hex(byteCount: Int) -> String { Hex.text(bytes(byteCount)) }

  /// Base64 for URLs, without padding.
  static func urlSafe(byteCount: Int) -> String {
    Data(bytes(byteCount)).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
