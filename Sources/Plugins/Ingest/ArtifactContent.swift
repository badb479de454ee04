import Digests
import JSONRPC
import PluginKit
import PluginProtocol

/// The bytes of an artifact, and how a row holds them. Source: contract http.md, section 16.
struct ArtifactContent {
  /// From this size in bytes content goes to the object store.
  static let blobThreshold = 102_400
  static let byteLimit = 10_485_760

  let bytes: [UInt8]
  /// Lower-case hexadecimal SHA-256.
  let hash: String
  /// Nil for what is no UTF-8, and for texts that not every database can keep.
  let text: String?

  /// - Throws: 400 for what is no text or no base64, 413 for more bytes than an artifact may have.
  init(_ content: JSON, encoding: JSON) throws(RPCError) {
    switch (content, encoding) {
    case (.string(let sent), "base64"):
      guard let bytes = Base64.bytes(sent) else { throw HTTPCall.invalid("content", "Not valid base64.") }
      self.bytes = bytes
    case (.string(let sent), _): bytes = Array(sent.utf8)
    case (.number(let number), _): bytes = Array(number.literal.utf8)
    default: throw HTTPCall.invalid("content", "Not a valid string.")
    }
    guard bytes.count <= Self.byteLimit else {
      throw .application(
        "too_large", status: 413, "too large", body: ["error": "Artifact content is too large", "size_bytes": .int(bytes.count)])
    }
    hash = SHA256.hex(bytes)
    text = String(validating: bytes, as: UTF8.self).flatMap { $0.unicodeScalars.contains("\0") ? nil : $0 }
  }

  /// The members of a row that say what is in it and where.
  ///
  /// - Parameter key: in the object store; empty = the row holds the content.
  func fields(key: String) -> JSONObject {
    [
      "content": .string(key.isEmpty ? text ?? Base64.text(bytes) : ""), "encoding": text == nil ? "base64" : "utf-8",
      "content_hash": .string(hash), "size_bytes": .int(bytes.count), "s3_key": .string(key),
    ]
  }

  /// In pieces of 64 KiB, for an upload.
  var pieces: Pieces { Pieces(bytes: bytes) }

  struct Pieces: AsyncSequence, Sendable {
    typealias Failure = any Error
    let bytes: [UInt8]

    func makeAsyncIterator() -> Iterator { Iterator(rest: bytes[...]) }

    struct Iterator: AsyncIteratorProtocol {
      fileprivate(set) var rest: ArraySlice<UInt8>

      mutating func next() async throws -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        let piece = Array(rest.prefix(64 << 10))
        rest = rest.dropFirst(piece.count)
        return piece
      }
    }
  }
}
