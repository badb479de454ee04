import JSONRPC

extension AgentDraft {
  /// Agents of one import.
  static let importLimit = 1000

  private static let members: Set<String> = [
    "agent_no", "name", "duty", "detail", "preview", "avatar", "cost_per_min", "skills", "tags", "tools", "domains", "languages", "regions",
    "compliance", "certifications",
  ]

  /// Reads the agents an operator imports; messages name the agent and the member.
  static func list(_ value: JSON) throws(WireError) -> [AgentDraft] {
    guard let items = value.array else { throw WireError(path: "agents", problem: "expected a list") }
    guard (1...importLimit).contains(items.count) else { throw WireError(path: "agents", problem: "expected 1 to \(importLimit)") }
    var drafts: [AgentDraft] = []
    var numbers: Set<Term> = []
    for (index, item) in items.enumerated() {
      let draft = try AgentDraft(imported: try WireReader(item, "agents[\(index)]"))
      guard numbers.insert(Term(draft.number)).inserted else { throw WireError(path: "agents[\(index)].agent_no", problem: "occurs twice") }
      drafts.append(draft)
    }
    return drafts
  }

  private init(imported reader: WireReader) throws(WireError) {
    if let unknown = reader.object.names.first(where: { !Self.members.contains($0) }) { throw reader.wrong(unknown, "is not known") }
    func text(_ name: String, _ limit: Int, isRequired: Bool = false) throws(WireError) -> String {
      let text = try reader.text(name) ?? ""
      guard !isRequired || !Term(text).trimmed.isEmpty else { throw reader.wrong(name, "is missing") }
      guard text.unicodeScalars.count <= limit else { throw reader.wrong(name, "has more than \(limit) characters") }
      return text
    }
    number = try text("agent_no", 50, isRequired: true)
    name = try text("name", Self.nameLimit, isRequired: true)
    duty = try text("duty", Self.dutyLimit, isRequired: true)
    self.text = try text("detail", 100_000, isRequired: true)
    preview = try text("preview", 10_000)
    avatar = try text("avatar", 200)
    costPerMinute = try reader.text("cost_per_min") ?? "0.00"
    guard let cost = Double(costPerMinute), cost.isFinite, abs(cost) < 1e8 else {
      throw reader.wrong("cost_per_min", "expected a decimal as text")
    }
    offers = []
    for label in DetailText.Label.allCases { offers.append((label, try reader.texts(label.title.lowercased()))) }
  }
}
