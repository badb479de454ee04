import JSONRPC

/// One requirement for which agents are to be ranked.
struct SelectionAsk: Sendable {
  let requirement: Requirement
  let role: String
  /// What the caller calls the requirement; stored with the reasons.
  let requirementID: String
  let batchIndex: Int
  let userChoice: String?
  /// Make an agent when nobody fits.
  let maySpawn: Bool

  init(_ reader: WireReader) throws(WireError) {
    requirement = try Requirement(reader["requirement"] ?? [:], path: "\(reader.path).requirement")
    role = try reader.text("role") ?? ""
    guard role.unicodeScalars.count <= 100 else { throw reader.wrong("role", "has more than 100 characters") }
    requirementID = try reader.text("requirement_id") ?? ""
    guard requirementID.unicodeScalars.count <= 100 else { throw reader.wrong("requirement_id", "has more than 100 characters") }
    batchIndex = try reader.int("batch_index") ?? 0
    maySpawn = try reader.bool("may_spawn") ?? false
    userChoice = try reader.text("user_selected_agent_id")
  }
}
