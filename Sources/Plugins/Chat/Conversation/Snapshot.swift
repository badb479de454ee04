import JSONRPC
import PluginKit
import PluginProtocol

/// A conversation as one read finds it.
struct Snapshot: Sendable {
  let conversation: JSON
  /// Earlier messages, oldest first.
  let history: [JSON]
  /// Its requirements in the read shape, oldest first.
  let requirements: [JSON]
  /// The attached files that are visible, in no order.
  let files: [JSON]

  /// More messages than fit into a prompt are never read.
  private static let messageLimit = 500
  private static let requirementLimit = 1000

  /// - Throws: 404 when the conversation is not visible.
  static func read(_ id: JSON, files: [Int64] = [], from storage: Storage) async throws(RPCError) -> Snapshot {
    var reads: [StorageRead] = [
      .get(.init("conversation", filter: [.eq("$key", id)], shape: .inline(.fields("id", "project", "first_user_message")))),
      .select(
        .init(
          "message", filter: [.eq("conversation", id)], order: ["-id"], limit: messageLimit,
          shape: .inline(.fields("id", "type", "content")))),
      .select(requirements(of: id)),
    ]
    if !files.isEmpty {
      let shape = Shape.fields("id", "name", "file_type", "description", "text_content")
      reads.append(.select(.init("file", filter: [.isIn("id", files.map { .int($0) })], limit: 1000, shape: .inline(shape))))
    }
    let results = try await storage.read(.many(reads))["results"]
    let conversation = results[0]["row"]
    guard !conversation.isNull else { throw HTTPCall.notFound("Conversation") }
    return Snapshot(
      conversation: conversation, history: (results[1]["rows"].array ?? []).reversed(), requirements: results[2]["rows"].array ?? [],
      files: results[3]["rows"].array ?? [])
  }

  static func requirements(of conversation: JSON) -> StorageRead.Selection {
    .init("requirement", filter: [.eq("conversation", conversation)], order: ["created_at"], limit: requirementLimit)
  }

  var stored: [RequirementPlan.Stored] {
    requirements.compactMap { row in row["id"].int.map { RequirementPlan.Stored(id: $0, content: row["content"].string ?? "") } }
  }
}
