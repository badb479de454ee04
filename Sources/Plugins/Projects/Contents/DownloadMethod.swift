import JSONRPC
import PluginKit
import PluginProtocol

/// GET /files/{id}/download/: the bytes of an uploaded or delivered file, whole or in part. Source: DECISIONS 11 and 24.
@Sendable func download(_ request: Request) async throws -> JSON {
  let call = try request.http
  let shape = Shape.fields("id", "name", "mime_type", "artifact")
  guard let file = try await request.storage.row("file", key: call.path("id"), shape: .inline(shape)) else {
    throw HTTPCall.notFound("File")
  }
  guard let content = try await StoredContent.find(file, request.storage) else {
    throw HTTPCall.refused(404, "This file has no stored content.")
  }
  var headers = headers(file)
  headers["etag"] = .string(content.tag)
  headers["accept-ranges"] = "bytes"
  if let known = call.header("if-none-match"), known == "*" || known.split(separator: ",").contains(where: { content.isNamed(by: $0) }) {
    return ["status": 304, "headers": .object(headers)]
  }
  let isCurrent = call.header("if-range").map { $0 == content.tag } ?? true
  let range: Range<Int64>
  var status: JSON = 200
  switch ByteRange(isCurrent ? call.header("range") : nil, size: content.size) {
  case .whole: range = 0..<content.size
  case .part(let part):
    range = part
    status = 206
    headers["content-range"] = .string("bytes \(part.lowerBound)-\(part.upperBound - 1)/\(content.size)")
  case .unsatisfiable:
    headers["content-range"] = .string("bytes */\(content.size)")
    return ["status": 416, "headers": .object(headers)]
  }
  // The head goes out before the first byte.
  let head: JSON = ["status": status, "headers": .object(headers), "length": .int(Int64(range.count))]
  request.progress(head)
  try await content.send(range, request)
  return head
}

/// Always an attachment: what users or agents wrote must not run in the page of the host.
private func headers(_ file: JSON) -> JSONObject {
  let name = file["name"].string ?? "file"
  let plain = String(name.unicodeScalars.map { $0.isASCII && $0.value >= 0x20 && $0 != "\"" && $0 != "\\" ? Character($0) : "_" })
  let type = file["mime_type"].string ?? ""
  return [
    "content-type": .string(type.isEmpty ? ContentKind.unknown : type),
    "content-disposition": .string("attachment; filename=\"\(plain)\"" + (plain == name ? "" : "; filename*=UTF-8''\(encoded(name))")),
  ]
}

/// Source: RFC 8187, section 3.2.1.
private func encoded(_ name: String) -> String {
  name.utf8.map { byte in
    let isPlain = byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber || byte == 0x2E)
    return isPlain ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }.joined()
}
