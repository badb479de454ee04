import JSONRPC

/// Who works on a requirement.
struct Worker: Sendable, Equatable {
  /// The agent's row; nil when no agent fits and the house itself does the work.
  var agent: Int64?
  var name: String
  var role: String

  static let house = Worker(agent: nil, name: "HiveCore", role: "")

  var json: JSON { ["agent": agent.map { .int($0) } ?? .null, "name": .string(name), "role": .string(role)] }

  init(agent: Int64?, name: String, role: String) {
    self.agent = agent
    self.name = name
    self.role = role
  }

  init(json: JSON) { self.init(agent: json["agent"].int, name: json["name"].string ?? "", role: json["role"].string ?? "") }
}
