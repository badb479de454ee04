import JSONRPC
import PluginKit
import PluginProtocol
import UnixTransport

/// Log entries of a round, one or many. Source: contract http.md, section 14.1, log.
enum Logs {
  private static let batchLimit = 500
  /// Of the copy in an event, in code points.
  private static let messageLimit = 200

  static let routes: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/observability/ingest/log/", .ingest, "ingest.log", status: 201, summary: "Stores one log entry of a round, or many.",
      body: [FieldSpec("execution_round_id", .uuid).required()] + item
    ).or(body: [
      FieldSpec("execution_round_id", .uuid).demanded,
      FieldSpec.list("logs", of: item, max: batchLimit).required(),
    ]).described(answer: .either(.model("IngestAck"), .model("IngestAckBulk")), statuses: [404])
  ]

  private static let item: [FieldSpec] = [
    .choice("level", ["debug", "info", "warning", "error"], default: "info", max: 10), .text("message").required(),
    .json("metadata", default: [:]), .text("agent_name", max: 100).defaults(""), .text("source", max: 100).defaults(""),
    .datetime("timestamp"),
  ]

  @Sendable static func ingest(_ request: Request) async throws -> JSON {
    let body = HTTPCall(try request.params).body
    let storage = Storage(request.host)
    let round = try await PushedRound.find(body["execution_round_id"] ?? .null, storage)
    guard let logs = body["logs"]?.array else {
      let ids = try await store([.object(body)], round, storage)
      return HTTPCall.reply(["status": "ok", "id": ids[0]])
    }
    let ids: JSON = logs.isEmpty ? [] : try await store(logs, round, storage)
    return HTTPCall.reply(["status": "ok", "created": .int(logs.count), "ids": ids])
  }

  /// - Returns: the ids, in the order of the entries.
  private static func store(_ logs: [JSON], _ round: PushedRound, _ storage: Storage) async throws -> JSON {
    let agents = try await NamedAgents.keys(of: Set(logs.compactMap { $0["agent_name"].string }), storage)
    let time = SystemTime.microseconds()
    let rows = logs.enumerated().map { row($1, round, agents, at: time + Int64($0)) }
    let results = try await storage.transact([.insert(.init("execution_log", rows: rows))] + logs.flatMap { events($0, round) })
    return results[0]["ids"]
  }

  /// - Parameter time: of an entry without one, in microseconds; each later than the one before, so that a batch keeps its order.
  private static func row(_ log: JSON, _ round: PushedRound, _ agents: [String: JSON], at time: Int64) -> JSONObject {
    let name = log["agent_name"].string ?? ""
    return [
      "execution_round": round.id, "level": log["level"], "message": log["message"], "metadata": log["metadata"],
      "agent": agents[name] ?? .null, "agent_name": .string(name), "source": log["source"],
      "timestamp": log["timestamp"].isNull ? .string(WireDate.text(time)) : log["timestamp"],
    ]
  }

  /// Warnings and errors reach who watches the tenant, all but debugging who watches the round.
  private static func events(_ log: JSON, _ round: PushedRound) -> [StorageStep] {
    let data: JSONObject = [
      "execution_round_id": round.id, "level": log["level"],
      "message": .string((log["message"].string ?? "").prefix(codePoints: messageLimit)), "agent_name": log["agent_name"],
    ]
    switch log["level"] {
    case "debug": return []
    case "info": return [round.event("log_message", data)]
    default: return [.event(.init("log", .object(data), project: round.project)), round.event("log_message", data)]
    }
  }
}

extension String {
  /// The first code points, at most so many.
  func prefix(codePoints count: Int) -> String { String(String.UnicodeScalarView(unicodeScalars.prefix(count))) }
}
