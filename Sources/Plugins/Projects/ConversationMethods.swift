import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 9.3, add_message.
@Sendable func addMessage(_ request: Request) async throws -> JSON {
  let call = try request.http
  try await requireConversation(request, call)
  var steps: [StorageStep] = [
    .insert(.init("message", call.body.merging(["conversation": call.path("id")]), returning: "detail"))
  ]
  if call.body["type"] == "user", let content = call.body["content"] {
    let stillEmpty: [Condition] = [.eq("$key", call.path("id")), .eq("first_user_message", "")]
    steps.append(.update(.init("conversation", filter: stillEmpty, set: ["first_user_message": content])))
  }
  return HTTPCall.reply(try await request.storage.transact(steps)[0]["row"])
}

/// Source: contract http.md, section 9.3, add_requirement.
@Sendable func addRequirement(_ request: Request) async throws -> JSON {
  let call = try request.http
  try await requireConversation(request, call)
  return HTTPCall.reply(try await insertRequirement(request, call.body.merging(["conversation": call.path("id")])))
}

/// Source: contract http.md, section 9.4.
@Sendable func createRequirement(_ request: Request) async throws -> JSON {
  HTTPCall.reply(try await insertRequirement(request, request.http.body))
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

/// Stores a requirement and its standards, numbered by their place, in one transaction.
private func insertRequirement(_ request: Request, _ body: JSONObject) async throws -> JSON {
  var values = body
  let standards = try deliveryStandards(values["delivery_standards"] ?? [])
  values["delivery_standards"] = nil
  var steps: [StorageStep] = [.insert(.init("requirement", values, as: "requirement"))]
  if !standards.isEmpty {
    let rows: [JSONObject] = standards.enumerated().map { index, text in
      ["requirement": StorageValue.ref("requirement"), "content": .string(text), "order": .int(index)]
    }
    steps.append(.insert(.init("delivery_standard", rows: rows)))
  }
  steps.append(.read(.get(.init("requirement", filter: [.eq("$key", StorageValue.ref("requirement"))]))))
  return try await request.storage.transact(steps).last?["row"] ?? .null
}

private func deliveryStandards(_ json: JSON) throws -> [String] {
  guard let items = json.array else {
    throw HTTPCall.invalid("delivery_standards", "Expected a list of items but got type \"\(json.typeName)\".")
  }
  return try items.map { item in
    guard let text = item.string, !text.isEmpty else { throw HTTPCall.invalid("delivery_standards", "Not a valid string.") }
    return text
  }
}
