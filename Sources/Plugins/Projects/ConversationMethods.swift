import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, sections 9.3 and 9.4: a message, and the conversation's first one when a user says it.
@Sendable func addMessage(_ request: Request) async throws -> JSON {
  let call = try request.http
  let conversation = call.body["conversation"] ?? call.path("id")
  if call.body["conversation"] == nil { try await requireConversation(request, call) }
  var steps: [StorageStep] = [.insert(.init("message", call.body.merging(["conversation": conversation]), returning: "detail"))]
  if call.body["type"] == "user", let content = call.body["content"] {
    let stillEmpty: [Condition] = [.eq("$key", conversation), .eq("first_user_message", "")]
    steps.append(.update(.init("conversation", filter: stillEmpty, set: ["first_user_message": content])))
  }
  return HTTPCall.reply(try await request.storage.transact(steps)[0]["row"])
}

/// Source: contract http.md, section 9.3, by-source-type.
@Sendable func conversationBySource(_ request: Request) async throws -> JSON {
  let source = try request.http.path("source_type")
  guard let row = try await request.storage.row(.init("conversation", filter: [.eq("source_type", source)], order: ["-created_at"])) else {
    throw HTTPCall.refused(404, "No conversation found with source_type: \(source.string ?? "")")
  }
  return HTTPCall.reply(row)
}

private func requireConversation(_ request: Request, _ call: HTTPCall) async throws {
  guard try await request.storage.row("conversation", key: call.path("id"), shape: .inline(.fields("id"))) != nil else {
    throw HTTPCall.notFound("Conversation")
  }
}
