import FoundationEssentials
import JSONRPC
import PluginKit
import PluginProtocol

/// The bytes of a delivered file: out of its artifact, or out of the blob store when they are many. Source: DECISIONS 24.
@Sendable func download(_ request: Request) async throws -> JSON {
  let call = try request.http
  let shape = Shape.fields("id", "name", "mime_type", "artifact")
  guard let file = try await request.storage.row("file", key: call.path("id"), shape: .inline(shape)) else {
    throw HTTPCall.notFound("File")
  }
  let content = Shape.fields("id", "content", "encoding", "s3_key")
  guard let artifactID = file["artifact"].string, !artifactID.isEmpty,
    let artifact = try await request.storage.row("execution_artifact", key: .string(artifactID), shape: .inline(content))
  else { throw HTTPCall.refused(404, "This file has no stored content.") }
  // The head goes out before the first byte.
  request.progress(["status": 200, "headers": .object(headers(file))])
  if let key = artifact["s3_key"].string, !key.isEmpty {
    _ = try await request.host.download("blobs.get", ["key": .string(key)]) { bytes in try await request.send(bytes) }
  } else {
    try await sendPieces(try bytes(of: artifact), request)
  }
  return ["status": 200, "headers": .object(headers(file))]
}

private let pieceSize = 64 << 10

private func bytes(of artifact: JSON) throws -> [UInt8] {
  let text = artifact["content"].string ?? ""
  guard artifact["encoding"] == "base64" else { return Array(text.utf8) }
  guard let data = Data(base64Encoded: text) else { throw HTTPCall.refused(500, "The stored content is damaged.") }
  return Array(data)
}

private func sendPieces(_ bytes: [UInt8], _ request: Request) async throws {
  for start in stride(from: 0, to: bytes.count, by: pieceSize) {
    try await request.send(Array(bytes[start..<min(start + pieceSize, bytes.count)]))
  }
}

/// Always an attachment: what agents wrote must not run in the page of the host.
private func headers(_ file: JSON) -> JSONObject {
  let name = String(
    (file["name"].string ?? "file").unicodeScalars.map { $0.isASCII && $0.value >= 0x20 && $0 != "\"" && $0 != "\\" ? Character($0) : "_" })
  let type = file["mime_type"].string ?? ""
  return [
    "content-type": .string(type.isEmpty ? "application/octet-stream" : type),
    "content-disposition": .string("attachment; filename=\"\(name)\""),
  ]
}
