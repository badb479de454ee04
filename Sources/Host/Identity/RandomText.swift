import FoundationEssentials
import JSONRPC

/// Unguessable texts.
package enum RandomText {
  /// Eight at a time: each time costs a call of the kernel.
  static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 7)
    while bytes.count < count {
      let word = generator.next()
      for shift in stride(from: 0, to: UInt64(64), by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return Array(bytes.prefix(count))
  }

  package static func hex(byteCount: Int) -> String { Hex.text(bytes(byteCount)) }

  /// Base64 for URLs, without padding.
  static func urlSafe(byteCount: Int) -> String {
    Data(bytes(byteCount)).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
