import COpenSSL
import JSONRPC

/// SHA-256 (FIPS 180-4) by libcrypto, in one go or piece by piece.
///
/// Every `unsafe` below lends a Swift buffer to libcrypto for the length of one call; nothing keeps a pointer.
@safe package struct SHA256: ~Copyable {
  /// The length of a digest.
  package static let byteCount = 32

  private var context = SHA256_CTX()

  package init() { unsafe SHA256_Init(&context) }

  /// Takes in the next bytes.
  package mutating func update(_ bytes: some Sequence<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { unsafe add($0) }
    if done == nil { unsafe Array(bytes).withUnsafeBufferPointer { unsafe add($0) } }
  }

  private mutating func add(_ buffer: UnsafeBufferPointer<UInt8>) { unsafe SHA256_Update(&context, buffer.baseAddress, buffer.count) }

  /// The digest of all bytes taken in.
  package consuming func finalize() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: SHA256.byteCount)
    unsafe SHA256_Final(&digest, &context)
    return digest
  }

  package static func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// The digest as 64 lower-case hexadecimal digits.
  package static func hex(_ bytes: some Sequence<UInt8>) -> String { Hex.text(digest(bytes)) }

  package static func hex(_ text: String) -> String { hex(text.utf8) }
}
