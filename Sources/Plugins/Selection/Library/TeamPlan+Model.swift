import JSONRPC
import PluginKit

extension TeamPlan {
  private static let roleLimit = 20
  private static let nameLimit = 50

  /// What a model is asked. Source: contract http.md, section 17; docs/OFFLINE.md, section 1.
  static func messages(_ items: [Item]) -> JSON {
    let system = """
      You staff a software project. From its requirements decide which roles it needs, three to eight in most cases, and who does what. \
      Answer with one JSON object and nothing else:
      ```json
      {"project_analysis":"…","complexity":"low|medium|high","team_size_recommendation":3,"reasoning":"…","roles":[{"role":"backend",\
      "name":"…","description":"…","skills":["…"],"domains":["…"],"assigned_requirements":["<id>"],"priority":"high|medium|low"}]}
      ```
      """
    let requirements: [JSON] = items.map {
      ["id": .string($0.id), "content": .string($0.content.cut(4_000)), "skills": JSON($0.skills)]
    }
    let input: JSON = ["requirements": .array(requirements)]
    return [
      ["role": "system", "content": .string(system)],
      ["role": "user", "content": .string("These are the requirements.\n```json\n\(input.text)\n```")],
    ]
  }

  /// Reads a model's reply; one that cannot be read suggests nothing.
  init(reply: String, items: [Item]) {
    let object = ModelJSON.object(in: reply) ?? [:]
    guard let values = object["roles"]?.array else {
      self.init(
        roles: [], complexity: "unknown", analysis: "", reasoning: "The model's reply could not be read, so that no role is suggested.",
        teamSize: 0)
      return
    }
    let ids = Set(items.map(\.id))
    let roles = values.prefix(Self.roleLimit).compactMap { Self.role($0, known: ids) }
    let complexity = object["complexity"]?.string?.lowercased() ?? ""
    self.init(
      roles: roles, complexity: ["low", "medium", "high"].contains(complexity) ? complexity : "unknown",
      analysis: object["project_analysis"]?.string ?? "", reasoning: object["reasoning"]?.string ?? "",
      teamSize: object["team_size_recommendation"]?.int.map(Int.init(clamping:)) ?? roles.count)
  }

  private static func role(_ value: JSON, known: Set<String>) -> Role? {
    let role = Term(value["role"].string ?? "").folded.text.cut(100)
    guard !role.isEmpty else { return nil }
    let title = value["name"].string ?? ""
    let requirements = texts(value["assigned_requirements"]).filter(known.contains)
    let priority = value["priority"].string?.lowercased() ?? ""
    let rule = RoleRule(
      role: role, title: title.isEmpty ? role : title, duty: value["description"].string ?? "", skills: texts(value["skills"]),
      domains: texts(value["domains"]), signs: [], priority: ["high", "medium", "low"].contains(priority) ? priority : "medium")
    let reasons = requirements.isEmpty ? ["The model asks for it"] : requirements.map { "\($0): the model assigns it" }
    return Role(rule: rule, requirements: requirements, skills: rule.skills, reasons: reasons)
  }

  private static func texts(_ value: JSON) -> [String] {
    (value.array ?? []).prefix(nameLimit).compactMap { $0.string.map { Term($0).trimmed.text.cut(100) } }.filter { !$0.isEmpty }
  }
}
