/// Decisions an agent wrote into its text under a line `[决策记录]`.
struct DecisionBlock: Sendable, Equatable {
  var category: String
  var key: String
  var value: String
  var description: String

  static let categories = [
    "tech_stack", "architecture", "file_structure", "api_design", "component", "constraint", "dependency", "tooling",
  ]

  /// All complete blocks, in order. Lines are `- name: value` (also `•` and a full-width colon) in any order; a block ends where another
  /// kind of line begins. An unknown category becomes `architecture`.
  static func all(in text: String) -> [DecisionBlock] {
    var blocks: [DecisionBlock] = []
    var fields: [String: String]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let line = line.trimmed
      if line == "[决策记录]" {
        if let block = fields.flatMap(DecisionBlock.init) { blocks.append(block) }
        fields = [:]
      } else if let (name, value) = field(line), fields != nil {
        fields?[name] = value
      } else {
        if let block = fields.flatMap(DecisionBlock.init) { blocks.append(block) }
        fields = nil
      }
    }
    if let block = fields.flatMap(DecisionBlock.init) { blocks.append(block) }
    return blocks
  }

  private init?(_ fields: [String: String]) {
    guard let kind = fields["类型"], let key = fields["键"], let value = fields["值"], !kind.isEmpty, !key.isEmpty, !value.isEmpty else {
      return nil
    }
    let category = kind.lowercased()
    self.category = DecisionBlock.categories.contains(category) ? category : "architecture"
    self.key = key
    self.value = value
    description = fields["说明"] ?? ""
  }

  private static func field(_ line: String) -> (name: String, value: String)? {
    guard line.hasPrefix("-") || line.hasPrefix("•") else { return nil }
    let body = line.dropFirst()
    guard let colon = body.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return nil }
    return (body[..<colon].trimmed, body[body.index(after: colon)...].trimmed)
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[first...last])
  }
}
