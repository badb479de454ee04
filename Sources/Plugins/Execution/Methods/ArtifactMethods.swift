import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 11.5.
extension ExecutionMethods {
  @Sendable func artifacts(_ request: Request) async throws -> JSON {
    let call = try request.http
    var filter: [Condition] = []
    if let round = call.query("round") {
      guard let round = UUIDText.canonical(round) else { throw HTTPCall.invalid("round", "Must be a valid UUID.") }
      filter.append(.eq("execution_round", .string(round)))
    }
    if let type = call.query("type") { filter.append(.eq("artifact_type", .string(type))) }
    if let project = try call.intQuery("project") { filter.append(.eq("execution_round.project", .int(project))) }
    let paging = try Paging(call, path: "/api/v1/execution/artifacts/", keeping: ["round", "type", "project"])
    let urls = request.host
    let page = try await paging.answer(.init("execution_artifact", filter: filter, shape: "list"), request.storage)
    var body = page.object ?? [:]
    body["results"] = .array(try await answers(page["results"].array ?? [], urls))
    return HTTPCall.reply(.object(body))
  }

  @Sendable func roundArtifacts(_ request: Request) async throws -> JSON {
    let call = try request.http
    let round = try await request.round(call, shape: .inline(.fields("id")))
    var filter: [Condition] = [.eq("execution_round", round["id"])]
    if let type = call.query("type") { filter.append(.eq("artifact_type", .string(type))) }
    let rows = try await request.storage.rows(.init("execution_artifact", filter: filter, limit: 1_000, shape: "list"))
    return HTTPCall.reply(.array(try await answers(rows, request.host)))
  }

  @Sendable func artifact(_ request: Request) async throws -> JSON {
    let row = try await row(request, shape: "detail")
    return HTTPCall.reply(try await answers([row], request.host, keepsKey: true)[0])
  }

  private static let directByteLimit: Int64 = 10_485_760

  @Sendable func artifactContent(_ request: Request) async throws -> JSON {
    let row = try await row(request, shape: "detail")
    let size = row["size_bytes"].int ?? 0
    guard size <= ExecutionMethods.directByteLimit else {
      throw RPCError.application(
        "too_large", status: 413, "too large",
        body: ["error": "Artifact too large for direct download", "size_bytes": .int(size), "use_download_url": true])
    }
    var (content, encoding) = (row["content"], row["encoding"])
    if let key = row["s3_key"].string, !key.isEmpty {
      let bytes = try await stored(key, size, request)
      let text = String(validating: bytes, as: UTF8.self)
      content = .string(text ?? Base64.text(bytes))
      encoding = text == nil ? "base64" : "utf-8"
    }
    guard size == 0 || content.string?.isEmpty == false else { throw ExecutionMethods.notAvailable }
    return HTTPCall.reply([
      "id": row["id"], "file_path": row["file_path"], "content": content, "content_hash": row["content_hash"],
      "size_bytes": row["size_bytes"], "encoding": encoding,
    ])
  }

  private static let notAvailable = HTTPCall.refused(404, "Artifact content not available")

  private func stored(_ key: String, _ size: Int64, _ request: Request) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(size))
    do {
      _ = try await request.host.download("blobs.get", ["key": .string(key)]) { piece in
        bytes += piece
        guard bytes.count <= ExecutionMethods.directByteLimit else { throw RPCError(.internal, "larger than recorded") }
      }
    } catch let error as RPCError where error.applicationCode == "not_found" {
      throw ExecutionMethods.notAvailable
    }
    return bytes
  }

  @Sendable func artifactURL(_ request: Request) async throws -> JSON {
    let call = try request.http
    let seconds = min(max(try call.intQuery("expires_in") ?? 3_600, 60), 86_400)
    let row = try await row(request, shape: "list")
    guard let key = row["s3_key"].string, !key.isEmpty else {
      return HTTPCall.reply([
        "id": row["id"], "file_path": row["file_path"], "download_url": .null, "storage_type": "database",
        "message": "The content is in the database; read it from content/.",
      ])
    }
    let url = try await request.host.call("blobs.url", ["key": .string(key), "expires_in": .int(seconds)])["url"]
    return HTTPCall.reply([
      "id": row["id"], "file_path": row["file_path"], "download_url": url, "expires_in": .int(seconds), "storage_type": "s3",
    ])
  }

  private func row(_ request: Request, shape: ShapeReference) async throws -> JSON {
    guard let row = try await request.storage.row("execution_artifact", key: request.http.path("id"), shape: shape) else {
      throw HTTPCall.notFound("ExecutionArtifact")
    }
    return row
  }

  /// Rows with `storage_type` and `download_url`; the store's key shows in the detail only.
  private func answers(_ rows: [JSON], _ host: Host, keepsKey: Bool = false) async throws -> [JSON] {
    var answers: [JSON] = []
    for row in rows {
      guard var object = row.object else { continue }
      let key = object["s3_key"]?.string ?? ""
      object["storage_type"] = key.isEmpty ? "database" : "s3"
      object["download_url"] = .null
      if !key.isEmpty {
        // A store without addresses, or one that is away, has none to give.
        object["download_url"] = (try? await host.call("blobs.url", ["key": .string(key), "expires_in": 3_600]))?["url"] ?? .null
      }
      if !keepsKey { object["s3_key"] = nil }
      answers.append(.object(object))
    }
    return answers
  }
}
