import JSONRPC
import PluginKit

/// Members of a body that the host hands over unchecked, since they are JSON. Messages: contract http.md, section 3.
enum LibraryBody {
  static func texts(_ value: JSON?, field: String) throws(RPCError) -> [String] {
    var texts: [String] = []
    for (index, item) in try list(value, field: field).enumerated() {
      guard let text = text(item) else { throw invalid([field: [String(index): ["Not a valid string."]]]) }
      if !text.isEmpty { texts.append(text) }
    }
    return texts
  }

  /// The requirements of a suggestion, one at least.
  static func items(_ value: JSON?, field: String) throws(RPCError) -> [TeamPlan.Item] {
    let values = try list(value, field: field)
    guard !values.isEmpty else { throw HTTPCall.invalid(field, "Ensure this field has at least 1 elements.") }
    guard values.count <= itemLimit else { throw HTTPCall.invalid(field, "Ensure this field has no more than \(itemLimit) elements.") }
    var items: [TeamPlan.Item] = []
    for (index, value) in values.enumerated() {
      var errors = JSONObject()
      let id = required(value["id"], "id", &errors)
      let content = required(value["content"], "content", &errors)
      guard errors.isEmpty else { throw invalid([field: .object([String(index): .object(errors)])]) }
      items.append(TeamPlan.Item(id: id, content: content, skills: try texts(value.object?["skills"], field: "skills")))
    }
    return items
  }

  private static let itemLimit = 200

  /// A text that must be there; what is wrong with it goes to `errors`.
  static func required(_ value: JSON, _ name: String, limit: Int = .max, _ errors: inout JSONObject) -> String {
    let problem: String
    switch (value, text(value)) {
    case (.null, _): problem = "This field is required."
    case (_, nil): problem = "Not a valid string."
    case (_, ""): problem = "This field may not be blank."
    case (_, let text?) where text.unicodeScalars.count > limit: problem = "Ensure this field has no more than \(limit) characters."
    case (_, let text?): return text
    }
    errors[name] = [.string(problem)]
    return ""
  }

  private static func list(_ value: JSON?, field: String) throws(RPCError) -> [JSON] {
    guard let value, !value.isNull else { return [] }
    guard let items = value.array else {
      throw HTTPCall.invalid(field, "Expected a list of items but got type \"\(value.object == nil ? "str" : "dict")\".")
    }
    return items
  }

  /// Trimmed; numbers count as texts.
  private static func text(_ value: JSON) -> String? {
    switch value {
    case .string(let text): Term(text).trimmed.text
    case .number(let number): number.literal
    default: nil
    }
  }

  static func invalid(_ body: JSON) -> RPCError { .application("invalid", status: 400, "invalid body", body: body) }
}
