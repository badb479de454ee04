import JSONRPC

/// What is to be built: the planner's answer in one shape.
struct Spec: Sendable, Equatable {
  struct Requirement: Sendable, Equatable {
    var id: String
    var title: String
    var summary: String
    var category: String
    var priority: String
    var dependsOn: [String]
    /// The agreed requirement it stands for, null when the planner added it.
    var sourceID: JSON
    /// Everything the planner said about it, with the merged dependencies: what later prompts get.
    var entry: JSONObject
  }

  /// How many requirements one round takes on.
  static let requirementLimit = 50

  var summary: String
  var title: String
  var language: String
  var projectType: String
  var techStack: JSONObject
  var requirements: [Requirement]

  /// Reads a planner's answer.
  ///
  /// Requirements without id get `REQ-001`… by position, and so do later ones that repeat an id. `dependency_edges` are merged into
  /// `depends_on`; a dependency may be one text; unknown ones and self-references are dropped.
  init(_ reply: JSONObject) {
    summary = reply["summary"]?.string ?? ""
    title = reply["title"]?.string ?? ""
    language = reply["language"]?.string ?? ""
    projectType = reply["project_type"]?.string ?? "other"
    techStack = reply["tech_stack"]?.object ?? [:]
    let items = (reply["requirements"]?.array ?? reply["items"]?.array ?? []).compactMap(\.object).prefix(Spec.requirementLimit)
    var requirements: [Requirement] = []
    for (index, item) in items.enumerated() {
      let requirement = Requirement(item, position: index + 1, taken: Set(requirements.map(\.id)))
      requirements.append(requirement)
    }
    let known = Set(requirements.map(\.id))
    let edges = (reply["dependency_edges"]?.array ?? []).compactMap { edge -> (String, String)? in
      guard let before = edge[0].string, let after = edge[1].string else { return nil }
      return (before, after)
    }
    self.requirements = requirements.map { $0.merging(edges, known: known) }
  }
}

extension Spec.Requirement {
  fileprivate init(_ item: JSONObject, position: Int, taken: Set<String>) {
    let number = String(position)
    let fallback = "REQ-" + String(repeating: "0", count: max(0, 3 - number.count)) + number
    let given = item["id"]?.string.map(Spec.Requirement.safeID) ?? ""
    id = given.isEmpty || taken.contains(given) ? fallback : given
    summary = item["summary"]?.string ?? item["content"]?.string ?? ""
    title = item["title"]?.string ?? String(summary.prefix(80))
    category = item["category"]?.string ?? item["type"]?.string ?? "other"
    priority = item["priority"]?.string ?? "medium"
    dependsOn = item["depends_on"]?.string.map { [$0] } ?? (item["depends_on"]?.array ?? []).compactMap(\.string)
    sourceID = item["source_id"] ?? .null
    entry = item
  }

  /// An id is also a folder, a branch and part of a journal key: letters, digits, `.`, `_` and `-`, at most 50.
  private static func safeID(_ id: String) -> String {
    let kept = id.unicodeScalars.filter { $0.isASCII && ($0.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains($0)) }
    let text = String(String.UnicodeScalarView(kept)).drop { $0 == "." || $0 == "-" }
    return String(text.prefix(50)).replacing("..", with: "-")
  }

  fileprivate func merging(_ edges: [(String, String)], known: Set<String>) -> Spec.Requirement {
    var copy = self
    var seen: Set<String> = [id]
    copy.dependsOn = (dependsOn + edges.filter { $0.1 == id }.map(\.0)).filter { known.contains($0) && seen.insert($0).inserted }
    copy.entry = entry.merging([
      "id": .string(id), "title": .string(title), "summary": .string(summary), "category": .string(category),
      "depends_on": JSON(copy.dependsOn),
    ])
    return copy
  }

  /// The text people see: the planner's summary, or its title.
  var content: String { summary.isEmpty ? title : summary }
}

extension Spec {
  var json: JSON {
    [
      "summary": .string(summary), "title": .string(title), "language": .string(language), "project_type": .string(projectType),
      "tech_stack": .object(techStack), "requirements": .array(requirements.map { .object($0.entry) }),
    ]
  }
}
