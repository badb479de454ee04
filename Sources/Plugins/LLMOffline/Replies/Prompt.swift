import JSONRPC
import PluginKit

/// What a caller asks, taken apart by the convention of docs/OFFLINE.md, section 1.
struct Prompt: Sendable {
  let purpose: String
  let attempt: Int
  let model: String
  /// The structured input: the last fenced JSON block of the last user message; empty when there is none.
  let input: JSON
  /// The last user message without that block.
  let prose: String
  /// The user's earlier messages, and whether the assistant has spoken before.
  let earlier: [String]
  let answeredBefore: Bool
  let texts: [String]

  init(_ params: JSON) {
    purpose = params["purpose"].string ?? ""
    attempt = Int(params["attempt"].int ?? 1)
    model = params["model"].string ?? ""
    let messages = params["messages"].array ?? []
    texts = messages.map { $0["content"].string ?? "" }
    let user = messages.filter { $0["role"].string == "user" }.map { $0["content"].string ?? "" }
    let last = user.last ?? ""
    let fence = ModelFence.all(in: last).last { $0.language == "json" && last[$0.range.upperBound...].trimmed().isEmpty }
    input = fence.flatMap { try? JSON(parsing: $0.body) } ?? [:]
    prose = (fence.map { String(last[..<$0.range.lowerBound]) } ?? last).trimmed()
    earlier = Array(user.dropLast())
    answeredBefore = messages.contains { $0["role"].string == "assistant" }
  }

  /// The id of the requirement the input is about.
  var requirementID: String? {
    input["requirement"]["id"].string ?? input["requirement_id"].string ?? input["requirement"]["requirement_id"].string
  }
}
