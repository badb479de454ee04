import JSONRPC
import PluginKit

/// A model's opinion on who a piece of work needs.
struct TeamAnalysis: Sendable, Equatable {
  let complexity: String
  let needsCollaboration: Bool
  let requiredRoles: [String]
  let optionalRoles: [String]
  let collaborationMode: String
  let reasoning: String
  /// Agents the model would invent, as it wrote them.
  let newAgentSpecs: [JSON]

  /// Reads an object; missing members have defaults.
  init(_ object: JSONObject) {
    complexity = object["complexity"]?.string ?? "medium"
    needsCollaboration = object["needs_collaboration"]?.bool ?? false
    requiredRoles = Self.texts(object["required_roles"])
    optionalRoles = Self.texts(object["optional_roles"])
    collaborationMode = object["collaboration_mode"]?.string ?? "single"
    reasoning = object["reasoning"]?.string ?? ""
    newAgentSpecs = object["new_agent_specs"]?.array ?? []
  }

  /// Reads the JSON object of a model's reply.
  ///
  /// - Returns: nil when there is none.
  init?(reply: String) {
    guard let object = ModelJSON.value(in: reply)?.object else { return nil }
    self.init(object)
  }

  var json: JSON {
    [
      "complexity": .string(complexity), "needs_collaboration": .bool(needsCollaboration), "required_roles": JSON(requiredRoles),
      "optional_roles": JSON(optionalRoles), "collaboration_mode": .string(collaborationMode), "reasoning": .string(reasoning),
      "new_agent_specs": .array(newAgentSpecs),
    ]
  }

  private static func texts(_ value: JSON?) -> [String] { value?.array?.compactMap(\.string) ?? [] }
}
