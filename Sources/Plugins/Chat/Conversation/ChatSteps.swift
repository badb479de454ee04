import JSONRPC
import PluginProtocol

/// The transaction that stores one turn: both messages, attachments, requirements, the event.
struct ChatSteps {
  private(set) var steps: [StorageStep] = []
  private let conversation: JSON
  private let plan: RequirementPlan

  /// Places in the results.
  private let userIndex: Int
  private let assistantIndex: Int
  private var attachmentIndex: Int?
  private var createdIndexes: [Int] = []

  init(_ snapshot: Snapshot, user: String, files: [JSON], assistant: String, plan: RequirementPlan) {
    conversation = snapshot.conversation["id"]
    self.plan = plan
    userIndex = 0
    steps.append(
      .insert(.init("message", ["conversation": conversation, "type": "user", "content": .string(user)], as: "user", returning: "detail")))
    if !files.isEmpty {
      attachmentIndex = steps.count
      steps.append(.insert(.init("message_attachment", rows: files.map(ChatSteps.attachment), returning: "detail")))
    }
    assistantIndex = steps.count
    let reply: JSONObject = ["conversation": conversation, "type": "assistant", "content": .string(assistant)]
    steps.append(.insert(.init("message", reply, as: "assistant", returning: "detail")))
    appendRequirements()
    let firstMessage = snapshot.conversation["first_user_message"].string ?? ""
    let set: JSONObject = ["first_user_message": .string(firstMessage.isEmpty ? user : firstMessage)]
    steps.append(.update(.init("conversation", filter: [.eq("$key", conversation)], set: set, expect: .init(1, tag: "conversation"))))
    let created = plan.created.indices.map { StorageValue.ref("requirement\($0)") }
    let event: JSON = [
      "conversation_id": conversation, "project_id": snapshot.conversation["project"], "created": .array(created),
      "updated": .array(plan.updated.map { .int($0.id) }),
    ]
    steps.append(.event(.init("conversation_updated", event, project: snapshot.conversation["project"])))
    steps.append(.read(.select(Snapshot.requirements(of: conversation))))
  }

  private static func attachment(_ file: JSON) -> JSONObject {
    [
      "message": StorageValue.ref("user"), "file": file["id"], "filename": file["name"], "file_type": file["file_type"],
      "summary": file["description"],
      "text_content": file["text_content"],
    ]
  }

  private mutating func appendRequirements() {
    for (index, item) in plan.created.enumerated() {
      createdIndexes.append(steps.count)
      let values: JSONObject = ["conversation": conversation, "content": .string(item.content), "type": .string(item.type)]
      steps.append(.insert(.init("requirement", values, as: "requirement\(index)")))
      steps += ChatSteps.standards(item, of: StorageValue.ref("requirement\(index)"))
    }
    for (id, item) in plan.updated {
      let set: JSONObject = ["content": .string(item.content), "type": .string(item.type)]
      steps.append(.update(.init("requirement", filter: [.eq("$key", .int(id)), .eq("conversation", conversation)], set: set)))
      steps.append(.delete(collection: "delivery_standard", filter: [.eq("requirement", .int(id))], expect: nil))
      steps += ChatSteps.standards(item, of: .int(id))
    }
  }

  static func standards(_ item: RequirementItem, of requirement: JSON) -> [StorageStep] {
    guard !item.standards.isEmpty else { return [] }
    let rows = item.standards.enumerated().map { index, text -> JSONObject in
      ["requirement": requirement, "content": .string(text), "order": .int(index)]
    }
    return [.insert(.init("delivery_standard", rows: rows))]
  }

  /// The body of the answer. Source: contract http.md, section 10.1.
  func answer(_ results: [JSON]) -> JSON {
    let rows = results.last?["rows"].array ?? []
    let createdIDs = createdIndexes.map { index in results.indices.contains(index) ? results[index]["ids"][0] : .null }
    func row(_ id: JSON) -> JSON? { rows.first { $0["id"] == id } }
    let refined = plan.refined.compactMap { place -> JSON? in
      switch place {
      case .stored(let id): row(.int(id))
      case .created(let index): row(createdIDs[index])
      }
    }
    var user = ChatSteps.message(results[userIndex])
    user["attachments"] = .array(attachmentIndex.flatMap { results[$0]["rows"].array ?? [results[$0]["row"]] } ?? [])
    return [
      "user_message": .object(user), "assistant_message": .object(ChatSteps.message(results[assistantIndex])),
      "requirements_created": .array(createdIDs.compactMap(row)), "requirements_updated": .array(refined),
    ]
  }

  private static func message(_ result: JSON) -> JSONObject {
    let row = result["row"].isNull ? result["rows"][0] : result["row"]
    return [
      "id": row["id"], "conversation": row["conversation"], "type": row["type"], "content": row["content"], "created_at": row["created_at"],
    ]
  }
}
