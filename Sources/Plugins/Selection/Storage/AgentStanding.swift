import JSONRPC
import PluginProtocol

/// What a tenant has learned about an agent: laid over the profile the catalogue gives.
enum AgentStanding {
  static let name = "agent_standing"

  /// Faults kept: the newest ones, which are the ones that may still weigh.
  static let faultLimit = 100

  static let collection = CollectionSpec(
    name, model: "AgentStanding",
    fields: [
      .reference("agent", to: "agent").required(), .float("performance"), .float("recognition"), .float("fault_impact"),
      .integer("task_count"), .boolean("is_cold_start", default: false), .datetime("recent_success_at").nullable(),
      .json("faults", default: []), .createdAt, .updatedAt,
    ],
    order: ["agent"], unique: [["agent"]])
}

extension AgentProfile {
  /// Lays a standing over this profile.
  mutating func apply(standing row: JSON) throws(WireError) {
    let reader = try WireReader(row, AgentStanding.name)
    staticScore.performance = try reader.number("performance") ?? staticScore.performance
    staticScore.recognition = try reader.number("recognition") ?? staticScore.recognition
    staticScore.faultImpact = try reader.number("fault_impact") ?? staticScore.faultImpact
    taskCount = try reader.int("task_count") ?? taskCount
    isColdStart = try reader.bool("is_cold_start") ?? isColdStart
    recentSuccessAt = try reader.time("recent_success_at")
    var faults: [FaultRecord] = []
    for (index, fault) in try reader.items("faults").enumerated() {
      faults.append(try FaultRecord(fault, path: "\(AgentStanding.name).faults[\(index)]"))
    }
    self.faults = faults
  }

  /// As ``apply(standing:)``, for a row that storage gave: one that cannot be read is a defect.
  mutating func apply(stored row: JSON) throws(RPCError) {
    do throws(WireError) {
      try apply(standing: row)
    } catch {
      throw RPCError(.internal, "\(error.path): \(error.problem)")
    }
  }

  /// What is stored of this profile.
  var standing: JSONObject {
    [
      "performance": .double(staticScore.performance), "recognition": .double(staticScore.recognition),
      "fault_impact": .double(staticScore.faultImpact), "task_count": .int(taskCount), "is_cold_start": .bool(isColdStart),
      "recent_success_at": JSON(recentSuccessAt?.text), "faults": .array(faults.suffix(AgentStanding.faultLimit).map(\.json)),
    ]
  }
}
