/// What an agent's description says it offers.
///
/// A line that begins with a label and a colon, such as `Skills: python, sql` or `技能：前端、测试`, is a list. All other lines are prose, in
/// which the names of the vocabulary are looked for only when no line lists the skills.
struct DetailText: Sendable, Equatable {
  enum Label: Sendable, CaseIterable {
    case skills, tags, tools, domains, languages, regions, compliance, certifications

    /// As we write it.
    var title: String {
      switch self {
      case .skills: "Skills"
      case .tags: "Tags"
      case .tools: "Tools"
      case .domains: "Domains"
      case .languages: "Languages"
      case .regions: "Regions"
      case .compliance: "Compliance"
      case .certifications: "Certifications"
      }
    }

    /// As it is written, folded.
    var words: [Term] {
      switch self {
      case .skills: ["skills", "技能"]
      case .tags: ["tags", "标签"]
      case .tools: ["tools", "工具"]
      case .domains: ["domains", "领域"]
      case .languages: ["languages", "语言"]
      case .regions: ["regions", "地区"]
      case .compliance: ["compliance", "合规"]
      case .certifications: ["certifications", "认证"]
      }
    }
  }

  private(set) var prose = ""
  private var lists: [Label: Set<Term>] = [:]

  init(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" || $0 == "：" }
      if parts.count == 2, let label = Self.labels[Term(String(parts[0])).folded] {
        lists[label, default: []].formUnion(Self.names(in: parts[1]))
      } else {
        prose += (prose.isEmpty ? "" : "\n") + line
      }
    }
  }

  /// Nil when no line has this label.
  subscript(_ label: Label) -> Set<Term>? { lists[label] }

  private static let labels = Dictionary(uniqueKeysWithValues: Label.allCases.flatMap { label in label.words.map { ($0, label) } })

  private static func names(in list: Substring) -> [Term] {
    list.split { ",，、;；".contains($0) }.map { Term(String($0)).trimmed }.filter { !$0.isEmpty }
  }
}
