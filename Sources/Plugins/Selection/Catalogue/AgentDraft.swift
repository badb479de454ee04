import JSONRPC

/// An agent about to be put into the catalogue.
struct AgentDraft: Sendable, Equatable {
  static let nameLimit = 100
  static let dutyLimit = 200

  /// Its `agent_no`.
  var number: String
  var name: String
  var duty = ""
  /// What it does, in prose.
  var text: String
  var preview = ""
  var avatar = ""
  var costPerMinute = "0.00"
  /// What it offers, as lines behind the text.
  var offers: [(label: DetailText.Label, names: [String])] = []

  static func == (left: AgentDraft, right: AgentDraft) -> Bool { left.row == right.row }

  /// Text, then the lines that say what it offers: see ``DetailText``.
  var detail: String {
    let lines = offers.filter { !$0.names.isEmpty }.map { "\($0.label.title): \($0.names.joined(separator: ", "))" }
    return ([text] + lines).joined(separator: "\n")
  }

  /// As a row of the collection `agent`.
  var row: JSONObject {
    [
      "agent_no": .string(number), "name": .string(name), "duty": .string(duty), "detail": .string(detail), "preview": .string(preview),
      "avatar": .string(avatar), "cost_per_min": .string(costPerMinute),
    ]
  }
}

extension String {
  /// At most so many code points of it.
  func cut(_ count: Int) -> String { String(String.UnicodeScalarView(unicodeScalars.prefix(count))) }
}
