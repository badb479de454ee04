import JSONRPC
import PluginKit

/// What a model answered: prose for the user and the requirements it noted. Source: contract http.md, section 10.3.
struct ChatAnswer: Sendable, Equatable {
  let message: String
  /// Nil = there was no JSON to read.
  let requirements: [RequirementItem]?

  /// Reads an answer; first success wins: the first fence tagged `json`, the first untagged fence that holds an object, a bare object with
  /// the member `requirements`. What is cut off is closed. The text before the match is the message.
  init(_ text: String) {
    let fences = ModelFence.all(in: text)
    let tagged = fences.first { $0.language == "json" }
    let untagged = fences.first { $0.language.isEmpty && ModelJSON.value(in: $0.body)?.object != nil }
    for fence in [tagged, untagged].compactMap({ $0 }) {
      guard let items = ChatAnswer.items(ModelJSON.value(in: fence.body)) else { continue }
      self.init(prose: text[..<fence.range.lowerBound], items)
      return
    }
    if let (object, start) = ModelJSON.firstObject(in: text, where: { $0["requirements"] != nil }),
      let items = ChatAnswer.items(.object(object))
    {
      self.init(prose: text[..<start], items)
      return
    }
    self.init(prose: text[...], nil)
  }

  init(message: String, requirements: [RequirementItem]?) {
    self.message = message
    self.requirements = requirements
  }

  private init(prose: Substring, _ requirements: [RequirementItem]?) {
    let lines = prose.split(separator: "\n", omittingEmptySubsequences: false).filter { !ChatPrompt.headings.contains($0.trimmedText) }
    message = lines.joined(separator: "\n").trimmedText
    self.requirements = requirements
  }

  private static func items(_ json: JSON?) -> [RequirementItem]? {
    guard let list = json?["requirements"].array ?? json?.array else { return nil }
    return Array(list.compactMap(RequirementItem.init).prefix(RequirementItem.countLimit))
  }
}

/// One requirement as a model states it, its limits enforced by truncation.
struct RequirementItem: Sendable, Equatable {
  static let countLimit = 50
  private static let contentLimit = 4000
  private static let standardLimit = 1000
  private static let standardCountLimit = 20

  /// Of a requirement of this conversation, when the model refines it.
  var id: Int64?
  var content: String
  var type: String
  var standards: [String]

  /// Nil for an item without content.
  init?(_ json: JSON) {
    let content = (json["content"].string ?? "").trimmedText.prefixScalars(RequirementItem.contentLimit)
    guard !content.isEmpty else { return nil }
    id = json["id"].int
    self.content = content
    type = json["type"].string == "delivery_standard" ? "delivery_standard" : "requirement"
    let texts = (json["delivery_standards"].array ?? []).compactMap { $0.string?.trimmedText.prefixScalars(RequirementItem.standardLimit) }
    standards = Array(texts.filter { !$0.isEmpty }.prefix(RequirementItem.standardCountLimit))
  }
}
