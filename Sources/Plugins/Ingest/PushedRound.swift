import JSONRPC
import PluginKit
import PluginProtocol

/// The round that a push names in its body.
struct PushedRound {
  let id: JSON
  let project: JSON
  let status: JSON

  private static let shape = Shape.fields("id", "project", "status")

  /// - Throws: 404 for a round that is not there or another tenant's.
  static func find(_ id: JSON, _ storage: Storage) async throws(RPCError) -> PushedRound {
    guard let round = try await look(id, storage) else { throw HTTPCall.refused(404, "ExecutionRound \(id.string ?? id.text) not found") }
    return round
  }

  /// The round of the body, else that of the header `X-Execution-Round`, which is ignored where it lies outside the tenant.
  static func find(_ call: HTTPCall, _ storage: Storage) async throws(RPCError) -> PushedRound {
    if let id = call.body["execution_round_id"] { return try await find(id, storage) }
    guard let id = call.header("x-execution-round").flatMap(UUIDText.canonical), let round = try await look(.string(id), storage) else {
      throw HTTPCall.invalid("execution_round_id", "This field is required.")
    }
    return round
  }

  /// The round that is told with a row of a project; nil for one that is unknown.
  static func tell(_ call: HTTPCall, _ storage: Storage) async throws(RPCError) -> JSON {
    let sent = call.body["execution_round_id"] ?? .null
    let header = call.header("x-execution-round").flatMap(UUIDText.canonical)
    let id = sent.isNull ? header.map(JSON.string) ?? .null : sent
    return id.isNull ? .null : try await look(id, storage)?.id ?? .null
  }

  private static func look(_ id: JSON, _ storage: Storage) async throws(RPCError) -> PushedRound? {
    do throws(RPCError) {
      let row = try await storage.row("execution_round", key: id, shape: .inline(shape))
      return row.map { PushedRound(id: $0["id"], project: $0["project"], status: $0["status"]) }
    } catch  where error.code == .invalidParams {
      // Without the plugin that contributes the collection there are no rounds.
      return nil
    }
  }

  /// An event of this round, with `execution_round_id` first.
  func event(_ type: String, _ data: JSONObject) -> StorageStep {
    .event(.init(type, .object(JSONObject([("execution_round_id", id)]).merging(data)), round: id, project: project))
  }
}
