import COpenSSL
import JSONRPC

/// SHA-256 (FIPS 180-4) by libcrypto, in one go or piece by piece.
///
/// Every `unsafe` below lends a Swift buffer to libcrypto for the length of one call; nothing keeps a pointer.
@safe package struct SHA256: ~Copyable {
  /// The length of a digest.
  package static let byteCount = 32

  private let context: OpaquePointer

  package init() {
    guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has no memory for a digest")
    }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Takes in the next bytes.
  package mutating func update(_ bytes: some Sequence<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { unsafe add($0) }
    if done == nil { unsafe Array(bytes).withUnsafeBufferPointer { unsafe add($0) } }
  }

  private func add(_ buffer: UnsafeBufferPointer<UInt8>) {
    let status = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    precondition(status == 1, "libcrypto refuses to update a SHA-256")
  }

  /// The digest of all bytes taken in.
  package consuming func finalize() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: SHA256.byteCount)
    let status = unsafe digest.withUnsafeMutableBufferPointer { unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil) }
    precondition(status == 1, "libcrypto refuses to finish a SHA-256")
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
