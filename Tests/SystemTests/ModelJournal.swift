import JSONRPC
import TestSupport
import Testing

/// What the house remembers of a round's model calls.
struct ModelJournal: Sendable, Equatable {
  /// `step/attempt/call` of each call, sorted.
  let places: [String]
  /// The state of each.
  let states: [String]
  /// The purposes of the calls that are on the wire.
  let unfinished: Set<String>
  /// How many usage records the round has.
  let usages: Int

  static func read(_ round: Round, _ house: House) async throws -> ModelJournal {
    let rows = try await rows(round, ["step", "attempt", "call", "state", "purpose"], house)
    let calls = rows.map { row in
      (place: "\(row["step"].string ?? "")/\(row["attempt"].int ?? 0)/\(row["call"].int ?? 0)", state: row["state"].string ?? "")
    }.sorted { $0.place < $1.place }
    let usages = try await house.api.get("/api/v1/observability/usage/?execution_round=\(round.id)")["count"].int ?? 0
    let unfinished = rows.filter { $0["state"] == "intent" }.compactMap { $0["purpose"].string }
    return ModelJournal(
      places: calls.map(\.place), states: calls.map(\.state), unfinished: Set(unfinished), usages: Int(usages))
  }

  /// What is kept of the requests.
  static func requests(_ round: Round, _ house: House) async throws -> [JSON] {
    try await rows(round, ["request"], house).map { $0["request"] }
  }

  private static func rows(_ round: Round, _ fields: JSON, _ house: House) async throws -> [JSON] {
    let read: JSON = [
      "collection": "llm_call", "op": "select", "filter": [["round", "eq", .string(round.id)]], "limit": 1000, "shape": fields,
    ]
    let text = try await house.host.command(
      "plugin", "call", "storage-sqlite", "storage.read", "--params", read.text, "--tenant", house.tenant)
    return try #require(try JSON(parsing: text)["rows"].array)
  }
}

extension House {
  /// How often the provider was really asked to complete something.
  func providerCalls() async throws -> Int64 { try await host.plugin("llm-offline")["methods"]["llm.complete"]["calls"].int ?? 0 }
}
