import JSONRPC
import PluginKit
import PluginProtocol

/// Files that agents have made. Source: contract http.md, sections 14.1, artifact, and 16.
struct Artifacts: Sendable {
  /// How long the object store may take; what is left of the call's time is for the row.
  private static let storePatience: Duration = .seconds(15)
  private static let types = ["code", "config", "document", "test", "style", "asset", "other", "deliverable"]

  static let routes: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/observability/ingest/artifact/", .ingest, "ingest.artifact", status: 201,
      summary: "Stores a file of a round, in place of the one with the same path.",
      body: [
        FieldSpec("execution_round_id", .uuid).required(), .text("file_path", max: 500).required(),
        // White space around it belongs to a file.
        FieldSpec("content", .json).required().shown(as: .string), .choice("encoding", ["utf-8", "base64"], default: "utf-8", max: 8),
        .choice("artifact_type", types, default: "code"), .text("language", max: 50).defaults(""),
        .text("agent_name", max: 100).defaults(""), .text("requirement_id", max: 50).defaults(""),
      ]
    ).described(
      answer: .object([
        "status": JSONSchema.string.choices("ok"), "artifact_id": .uuid, "file_path": .string, "size_bytes": .int64,
        "storage": JSONSchema.string.choices("s3", "database"), "created": .boolean,
      ]), statuses: [404])
  ]

  let log: PluginLog

  @Sendable func ingest(_ request: Request) async throws -> JSON {
    let body = HTTPCall(try request.params).body
    let storage = Storage(request.host)
    let path = try ArtifactPath(body["file_path"]?.string ?? "")
    let content = try ArtifactContent(body["content"] ?? .null, encoding: body["encoding"] ?? .null)
    let round = try await PushedRound.find(body["execution_round_id"] ?? .null, storage)
    var row: JSONObject = ["execution_round": round.id, "file_path": .string(path.text), "file_name": .string(path.name)]
    for name in ["artifact_type", "language"] { row[name] = body[name] }
    row["generated_by_agent"] = try await NamedAgents.key(of: body["agent_name"], storage)
    row["requirement_execution"] = try await Self.requirement(body["requirement_id"] ?? "", round, storage)
    let key = await store(content, path, round, request.host)
    row = row.merging(content.fields(key: key))
    let results = try await storage.transact(Self.steps(row, body["agent_name"] ?? "", round))
    await remove(results[0]["row"]["s3_key"], unless: key, request.host)
    return HTTPCall.reply([
      "status": "ok", "artifact_id": results[1]["ids"][0], "file_path": .string(path.text), "size_bytes": .int(content.bytes.count),
      "storage": key.isEmpty ? "database" : "s3", "created": results[1]["created"],
    ])
  }

  /// The last try of a requirement of the round; null for one that is unknown.
  private static func requirement(_ name: JSON, _ round: PushedRound, _ storage: Storage) async throws(RPCError) -> JSON {
    guard name != "" else { return .null }
    let row = try await storage.row(
      .init(
        "requirement_execution", filter: [.eq("execution_round", round.id), .eq("requirement_id", name)], order: ["-inner_round_number"],
        shape: .inline(.fields("id"))))
    return row?["id"] ?? .null
  }

  /// The key of what was there before, the row, the event.
  private static func steps(_ row: JSONObject, _ agent: JSON, _ round: PushedRound) -> [StorageStep] {
    let type = row["artifact_type"] ?? .null
    let before: [Condition] = [.eq("execution_round", round.id), .eq("file_path", row["file_path"] ?? .null)]
    return [
      .read(.get(.init("execution_artifact", filter: before, shape: .inline(.fields("s3_key"))))),
      .upsert(.init("execution_artifact", match: ["execution_round", "file_path"], values: row, as: "artifact")),
      round.event(
        "artifact_created",
        [
          "artifact_id": StorageValue.ref("artifact"), "artifact_type": type, "type": type, "file_path": row["file_path"] ?? .null,
          "file_name": row["file_name"] ?? .null, "language": row["language"] ?? .null, "size_bytes": row["size_bytes"] ?? .null,
          "generated_by": agent,
        ]),
    ]
  }

  /// - Returns: the key of what was stored; empty for what is short, and where the object store fails: then the row keeps the content.
  private func store(_ content: ArtifactContent, _ path: ArtifactPath, _ round: PushedRound, _ host: Host) async -> String {
    guard content.bytes.count >= ArtifactContent.blobThreshold else { return "" }
    let key = "artifacts/\(round.id.string ?? "")/\(content.hash.prefix(8))/\(path.text)"
    let params: JSON = ["key": .string(key), "content_type": .string(path.contentType(isText: content.text != nil))]
    do {
      _ = try await host.upload("blobs.put", params, from: content.pieces, deadline: Self.storePatience)
      return key
    } catch {
      log.warning("artifact kept in the database", ["round": round.id.string ?? "", "error": "\(error)"])
      return ""
    }
  }

  /// Removes what the artifact was before.
  private func remove(_ old: JSON, unless key: String, _ host: Host) async {
    guard let old = old.string, !old.isEmpty, old != key else { return }
    do {
      _ = try await host.call("blobs.delete", ["key": .string(old)])
    } catch {
      log.warning("replaced content left in the object store", ["error": error.message])
    }
  }
}
