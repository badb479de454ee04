import JSONRPC
import PluginKit
import PluginProtocol

/// The bytes of a file: in a row, or in a blob when they are many.
struct StoredContent {
  /// Quoted, as an entity tag.
  let tag: String
  let size: Int64
  private let place: Place

  private enum Place {
    case row([UInt8])
    case blob(String)
  }

  private static let pieceSize = 64 << 10

  /// - Parameter file: with `id` and `artifact`.
  static func find(_ file: JSON, _ storage: Storage) async throws -> StoredContent? {
    if let artifact = file["artifact"].string, !artifact.isEmpty {
      let shape = Shape.fields("content", "encoding", "s3_key", "content_hash", "size_bytes")
      guard let row = try await storage.row("execution_artifact", key: .string(artifact), shape: .inline(shape)) else { return nil }
      return try StoredContent(row, blob: "s3_key", sha256: "content_hash", size: "size_bytes")
    }
    let shape = Shape.fields("content", "encoding", "blob", "sha256", "size")
    guard let row = try await storage.row(.init("file_content", filter: [.eq("file", file["id"])], shape: .inline(shape))) else {
      return nil
    }
    return try StoredContent(row, blob: "blob", sha256: "sha256", size: "size")
  }

  private init(_ row: JSON, blob: String, sha256: String, size: String) throws {
    tag = "\"\(row[sha256].string ?? "")\""
    if let key = row[blob].string, !key.isEmpty {
      place = .blob(key)
      self.size = row[size].int ?? 0
    } else {
      let bytes = try StoredContent.bytes(row)
      place = .row(bytes)
      self.size = Int64(bytes.count)
    }
  }

  private static func bytes(_ row: JSON) throws -> [UInt8] {
    let text = row["content"].string ?? ""
    guard row["encoding"] == "base64" else { return Array(text.utf8) }
    guard let bytes = Base64.bytes(text) else { throw HTTPCall.refused(500, "The stored content is damaged.") }
    return bytes
  }

  func isNamed(by text: Substring) -> Bool {
    let name = text.filter { $0 != " " }
    return name == tag || name == "W/\(tag)"
  }

  /// Streams a part at its reader's pace.
  func send(_ range: Range<Int64>, _ request: Request) async throws {
    guard !range.isEmpty else { return }
    switch place {
    case .blob(let key):
      let params: JSON = ["key": .string(key), "offset": .int(range.lowerBound), "length": .int(Int64(range.count))]
      _ = try await request.host.download("blobs.get", params) { bytes in try await request.send(bytes) }
    case .row(let bytes):
      for start in stride(from: Int(range.lowerBound), to: Int(range.upperBound), by: Self.pieceSize) {
        try await request.send(Array(bytes[start..<min(start + Self.pieceSize, Int(range.upperBound))]))
      }
    }
  }
}
