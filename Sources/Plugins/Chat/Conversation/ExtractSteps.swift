import JSONRPC
import PluginProtocol

/// The transaction that replaces all requirements of a conversation. Source: contract http.md, section 10.6.
enum ExtractSteps {
  static func steps(_ snapshot: Snapshot, _ items: [RequirementItem]) -> [StorageStep] {
    let conversation = snapshot.conversation["id"]
    var steps: [StorageStep] = [.delete(collection: "requirement", filter: [.eq("conversation", conversation)], expect: nil)]
    for (index, item) in items.enumerated() {
      let values: JSONObject = ["conversation": conversation, "content": .string(item.content), "type": .string(item.type)]
      steps.append(.insert(.init("requirement", values, as: "requirement\(index)")))
      steps += ChatSteps.standards(item, of: StorageValue.ref("requirement\(index)"))
    }
    let event: JSON = [
      "conversation_id": conversation, "project_id": snapshot.conversation["project"],
      "created": .array(items.indices.map { StorageValue.ref("requirement\($0)") }), "updated": [],
    ]
    steps.append(.event(.init("conversation_updated", event, project: snapshot.conversation["project"])))
    steps.append(.read(.select(Snapshot.requirements(of: conversation))))
    return steps
  }
}
