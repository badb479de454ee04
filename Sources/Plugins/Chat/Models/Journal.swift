import JSONRPC
import ModelKit
import PluginKit
import PluginProtocol

/// The journal of model calls: an intent before each call, its reply after it, so that a resumed round repeats none.
enum Journal {
  static let collection = CollectionSpec(
    "llm_call", model: "LLMCall", key: .uuid,
    fields: [
      .uuid("round").required(), .text("step", max: 200).required(), .bigint("attempt", default: 1), .bigint("call", default: 1),
      .choice("state", ["intent", "done"], default: "intent"), .text("alias", max: 50), .text("purpose", max: 50),
      .text("request_hash", max: 64),
      .json("request", default: [:]), FieldSpec("response", .json).nullable(), .text("provider", max: 100), .text("model_name", max: 100),
      .bigint("input_tokens"), .bigint("output_tokens"), FieldSpec("cost_usd", .decimal(digits: 16, places: 6)).nullable(),
      .float("duration_ms"),
      .createdAt, .updatedAt,
    ],
    order: ["created_at"], unique: [["round", "step", "attempt", "call"]])

  /// Requests beyond this are kept as their hash only.
  private static let requestByteLimit = 131_072

  /// What the journal knows about a call.
  enum Entry: Equatable {
    /// Begun under this row, its reply never arrived.
    case intent(id: String)
    case done(response: JSON)
  }

  /// - Returns: nil when the call is not recorded.
  /// - Throws: `journal_mismatch` when the key belongs to another request.
  static func entry(_ row: JSON?, hash: String) throws(RPCError) -> Entry? {
    guard let row else { return nil }
    guard row["request_hash"].string == hash else {
      throw .application("journal_mismatch", status: 409, "another request is recorded under this journal key")
    }
    return row["state"].string == "done" ? .done(response: row["response"]) : .intent(id: row["id"].string ?? "")
  }

  static func lookUp(_ key: ModelCall.Key) -> StorageRead.Selection {
    .init(
      "llm_call",
      filter: [
        .eq("round", .string(key.round)), .eq("step", .string(key.step)), .eq("attempt", .int(key.attempt)), .eq("call", .int(key.call)),
      ],
      shape: .inline(.fields("id", "state", "request_hash", "response")))
  }

  /// - Parameter redacts: keeps the request as its hash and size only. The reply stays: a resumed round lives on it.
  static func intent(_ call: ModelCall, _ key: ModelCall.Key, redacts: Bool) -> StorageStep {
    let request = JSON.object(call.request)
    let kept: JSON = request.bytes.count <= requestByteLimit && !redacts ? request : ["omitted_bytes": .int(request.bytes.count)]
    return .insert(
      .init(
        "llm_call",
        [
          "round": .string(key.round), "step": .string(key.step), "attempt": .int(key.attempt), "call": .int(key.call), "state": "intent",
          "alias": .string(String(call.alias.prefix(50))), "purpose": .string(String(call.purpose.prefix(50))),
          "request_hash": .string(call.hash),
          "request": kept,
        ], as: "call"))
  }

  /// Writes the reply; fails with the tag `journal` when it is already there.
  static func reply(_ reply: ModelReply, id: String) -> StorageStep {
    .update(
      .init(
        "llm_call", filter: [.eq("$key", .string(id)), .eq("state", "intent")],
        set: [
          "state": "done", "response": reply.json, "provider": .string(String(reply.provider.prefix(100))),
          "model_name": .string(String(reply.model.prefix(100))), "input_tokens": .int(reply.usage.read),
          "output_tokens": .int(reply.usage.written),
          "cost_usd": reply.cost == nil ? .null : .string(reply.costText), "duration_ms": .double(reply.milliseconds),
        ], expect: .init(1, tag: "journal")))
  }
}
