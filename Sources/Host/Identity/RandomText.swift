import FoundationEssentials
import Glibc
import JSONRPC

/// Unguessable texts.
package enum RandomText {
  /// - Parameter count: at most 256: so many the kernel gives by one call, and whole.
  static func bytes(_ count: Int) -> [UInt8] {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = unsafe getentropy(buffer.baseAddress, count) == 0 ? count : 0
    }
    precondition(bytes.count == count, "the kernel gives no random bytes")
    return bytes
  }

  package static func hex(byteCount: Int) -> String { Hex.text(bytes(byteCount)) }

  /// Base64 for URLs, without padding.
  static func urlSafe(byteCount: Int) -> String {
    Data(bytes(byteCount)).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
