import JSONRPC
import PluginKit
import PluginProtocol

/// Replies kept by what they answer, for playing them back without a model.
enum Recording {
  static let collection = CollectionSpec(
    "llm_recording", model: "LLMRecording", key: .uuid,
    fields: [
      .text("hash", max: 64).required(), .json("response", default: [:]), .json("rows", default: [:]), .text("provider", max: 100),
      .createdAt, .updatedAt,
    ],
    order: ["created_at"], unique: [["hash"]])

  /// Keeps a reply; of several to the same question the last.
  static func step(_ call: ModelCall, _ reply: ModelReply) -> StorageStep {
    let (hash, rows) = call.recording
    return .upsert(
      .init(
        "llm_recording", match: ["hash"],
        values: [
          "hash": .string(hash), "response": reply.json, "rows": rows.json,
          "provider": .string(String(reply.provider.prefix(100))),
        ]))
  }

  /// The recorded reply, speaking of this call's rows.
  ///
  /// - Throws: `llm_not_recorded`.
  static func reply(to call: ModelCall, from storage: Storage) async throws(RPCError) -> JSON {
    let shape = ShapeReference.inline(.fields("response", "rows"))
    let (hash, rows) = call.recording
    let row = try await storage.row(.init("llm_recording", filter: [.eq("hash", .string(hash))], shape: shape))
    guard let row else {
      throw .application("llm_not_recorded", status: 502, "no reply to this \(call.purpose) call is recorded", more: ["retryable": false])
    }
    let recorded = RowNumbers(json: row["rows"])
    let text = recorded.moved(row["response"]["text"].string ?? "", to: rows)
    return .object((row["response"].object ?? [:]).merging(["replayed": true, "text": .string(text)]))
  }
}
