import JSONRPC
import PluginKit
import PluginProtocol

/// Files shorter than this lie in the database, others in the blob store. Source: contract http.md, section 16.
private let blobThreshold: Int64 = 102_400

/// POST /files/upload/: the file's row, its bytes, and its text if it is one. Source: DECISIONS 11.
@Sendable func upload(_ request: Request) async throws -> JSON {
  let call = try request.http
  guard let file = call.file else { throw RPCError(.invalidParams, "the call has no file") }
  let name = try FileName(file.name)
  let kind = ContentKind(name, said: file.contentType)
  let place = try await UploadPlace.find(call.body, request.storage)
  let stored: (content: JSON, beginning: [UInt8])
  if file.size < blobThreshold {
    let bytes = try await collect(request.body)
    stored = (try await reserve(file, bytes, request), bytes)
  } else {
    stored = try await storeBlob(file, kind, request)
  }
  let row: JSONObject = [
    "project": place.project, "folder": place.folder, "name": .string(name.text), "file_type": .string(kind.fileType),
    "size": .int(file.size), "mime_type": .string(kind.mimeType),
    "text_content": .string(kind.isText ? TextExtract.text(Array(stored.beginning.prefix(TextExtract.byteLimit))) : ""),
  ]
  let results = try await request.storage.transact([
    .insert(.init("file", row, as: "file", returning: "detail")),
    .update(
      .init(
        "file_content", filter: [.eq("$key", stored.content)], set: ["file": StorageValue.ref("file")],
        expect: .init(1, tag: "content"))),
  ])
  await ContentSweep(request).run()
  return HTTPCall.reply(results[0]["row"], status: 201)
}

/// Where the file goes: checked before a byte is taken.
private struct UploadPlace {
  let project: JSON
  let folder: JSON

  static func find(_ body: JSONObject, _ storage: Storage) async throws(RPCError) -> UploadPlace {
    let project = body["project"] ?? .null
    let folder = body["folder"] ?? .null
    let shape = ShapeReference.inline(.fields("id"))
    var reads: [StorageRead] = [.get(.init("project", filter: [.eq("$key", project)], shape: shape))]
    if !folder.isNull { reads.append(.get(.init("folder", filter: [.eq("$key", folder), .eq("project", project)], shape: shape))) }
    let results = try await storage.read(.many(reads))["results"]
    guard !results[0]["row"].isNull else { throw missing("project", project) }
    guard folder.isNull || !results[1]["row"].isNull else { throw missing("folder", folder) }
    return UploadPlace(project: project, folder: folder)
  }

  private static func missing(_ field: String, _ key: JSON) -> RPCError {
    HTTPCall.invalid(field, "Invalid pk \"\(key.text)\" - object does not exist.")
  }
}

private func collect(_ body: ByteStream) async throws -> [UInt8] {
  var bytes: [UInt8] = []
  for try await piece in body {
    bytes += piece
    guard Int64(bytes.count) < blobThreshold else { throw RPCError(.invalidParams, "the file is longer than its size says") }
  }
  return bytes
}

/// Writes the row of the bytes before the row of the file, so that nothing is stored that no row knows of.
///
/// - Returns: its key.
private func reserve(_ file: UploadedFile, _ bytes: [UInt8] = [], blob: String = "", _ request: Request) async throws -> JSON {
  let text = String(validating: bytes, as: UTF8.self).flatMap { $0.unicodeScalars.contains("\0") ? nil : $0 }
  let row: JSONObject = [
    "blob": .string(blob), "content": .string(text ?? Base64.text(bytes)), "encoding": text == nil ? "base64" : "utf-8",
    "sha256": .string(file.sha256), "size": .int(file.size),
  ]
  let shape = ShapeReference.inline(.fields("id", "sha256"))
  let stored = try await request.storage.transact([.insert(.init("file_content", row, returning: shape))])[0]["row"]
  // The same Idempotency-Key came with another file before.
  guard stored["sha256"].string == file.sha256 else {
    throw HTTPCall.refused(422, "This Idempotency-Key was used with another file.")
  }
  return stored["id"]
}

/// Passes the bytes on to the blob store as they come.
private func storeBlob(_ file: UploadedFile, _ kind: ContentKind, _ request: Request) async throws -> (JSON, [UInt8]) {
  let operation = (request.meta.operationID ?? UUIDText.random()).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
  let key = "uploads/\(String(operation))/\(file.sha256)"
  let content = try await reserve(file, blob: key, request)
  let head = HeadKeeper(limit: TextExtract.byteLimit)
  let reply = try await request.host.upload(
    "blobs.put", ["key": .string(key), "content_type": .string(kind.mimeType)], from: request.body.map { head.keep($0) })
  guard reply["size"].int == file.size, reply["sha256"].string == file.sha256 else {
    throw RPCError(.internal, "the blob store has stored other bytes than it was sent")
  }
  return (content, head.bytes)
}
