import Foundation
import JSONRPC
import ModelKit
import PluginProtocol
import TestSupport
import Testing
import UnixTransport

@testable import Chat

/// Tokens held and settled on real storage. Source: DECISIONS 7, contract http.md, section 8.4.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BudgetTests {
  private static let paid: JSONObject = ["aliases": ["default": "llm-paid/gpt-4o-mini"]]

  private static func call(_ text: String, maxTokens: Int64 = 100) -> JSON {
    ["alias": "qa", "purpose": "qa", "messages": [["role": "user", "content": .string(text)]], "max_tokens": .int(maxTokens)]
  }

  private actor Tally {
    struct Seen {
      var fine = 0
      var failed = 0
      var refused = 0
      var all: Int { fine + failed + refused }
    }
    private(set) var seen = Seen()
    func add(_ kind: any WritableKeyPath<Seen, Int> & Sendable) { seen[keyPath: kind] += 1 }
  }

  private struct Money {
    let used: Int64
    let committed: Int64
  }

  private static func money(_ house: RouterHouse) async throws -> Money {
    let row = try await house.rows("token_budget").first ?? [:]
    return Money(used: row["used"].int ?? 0, committed: row["committed"].int ?? 0)
  }

  @Test func `64 calls side by side, some failing, some killed: nothing is lost, nothing overdrawn, nobody refused while there is room`()
    async throws
  {
    let limit: Int64 = 2_000
    let estimate = try ModelCaller.estimate(ModelCall(Self.call("call 00")))
    for seed in 0..<3 {
      let house = try await RouterHouse(limit: limit) { params, _ throws(RPCError) in
        let fate = (params["messages"][0]["content"].string ?? "").utf8.reduce(UInt64(seed)) { ($0 &* 31 &+ UInt64($1)) % 1_000_003 } % 10
        do { try await Task.sleep(for: .milliseconds(Int64(fate) * 3)) } catch { throw RPCError(.cancelled, "cancelled") }
        if fate < 3 { throw .application("llm_error", status: 502, "no") }
        if fate == 3 {
          try await RouterHouse.hang()
        }
        return RouterHouse.reply("fine", read: 10, written: Int64(fate) * 9)
      }
      let (first, second) = (try await house.chat(Self.paid), try await house.chat(Self.paid))
      let outcomes = Tally()
      await withTaskGroup { group in
        for index in 0..<64 {
          group.addTask {
            let chat = index % 2 == 0 ? first : second
            do {
              _ = try await chat.call(
                "models.complete", Self.call("call \(index < 10 ? "0" : "")\(index)"), tenant: RouterHouse.tenant,
                operationID: UUID().uuidString, deadline: .seconds(2))
              await outcomes.add(\.fine)
            } catch {
              let error = error as? RPCError
              if error?.applicationCode == "quota_exceeded" {
                let body = error?.data["body"] ?? .null
                #expect((body["used"].int ?? 0) >= limit, "refused while there was room: \(body.text)")
                await outcomes.add(\.refused)
              } else {
                await outcomes.add(\.failed)
              }
            }
          }
        }
        // Half of the house dies in the middle of it.
        group.addTask {
          _ = try? await eventually("some calls to be over") { await outcomes.seen.all >= 4 + seed * 8 ? true : nil }
          first.connection.close()
        }
      }
      let seen = await outcomes.seen
      #expect(seen.all == 64)
      // The holds of the dead end by themselves; any call's look at the budget finds that out.
      try await eventually("the holds of dead calls to end", within: .seconds(30)) {
        _ = try? await second.call(
          "models.complete", Self.call("afterwards"), tenant: RouterHouse.tenant, operationID: UUID().uuidString, deadline: .seconds(2))
        return try await house.rows("token_hold").isEmpty ? true : nil
      }
      let money = try await Self.money(house)
      #expect(money.committed == money.used)
      #expect(money.used <= limit + estimate)
      let recorded = try await house.rows("usage_record").reduce(Int64(0)) { $0 + ($1["total_tokens"].int ?? 0) }
      #expect(recorded == money.used)
      try await second.shutdown()
      try await house.close()
    }
  }

  @Test func `the last tokens go to one call, then the month is over, and the tenant is told once`() async throws {
    let house = try await RouterHouse(limit: 200) { _, _ throws(RPCError) in RouterHouse.reply("x", read: 100, written: 70) }
    let chat = try await house.chat(Self.paid)
    let ask = { () async throws -> JSON in
      try await chat.call("models.complete", Self.call("hello"), tenant: RouterHouse.tenant, operationID: UUID().uuidString)
    }
    _ = try await ask()
    #expect(try await house.events("quota_warning").map { $0["data"]["used"] } == [170])
    _ = try await ask()
    let exceeded = try await house.events("quota_exceeded")
    #expect(exceeded.map { $0["data"]["percent"] } == [170.0])
    #expect(exceeded.first?["data"]["period_start"].string?.hasSuffix("-01T00:00:00Z") == true)
    let error = await #expect(throws: RPCError.self) { _ = try await ask() }
    #expect(error?.data["status"] == 429)
    #expect(error?.data["body"]["quota"] == "tokens" && error?.data["body"]["used"] == 340 && error?.data["body"]["limit"] == 200)
    #expect((1...86_400_000).contains(error?.data["retry_after_ms"].int ?? 0))
    // More room, and it goes on; the thresholds are not told again.
    try await house.transact(
      [.update(.init("tenant", filter: [.eq("$key", .string(RouterHouse.tenant))], set: ["max_tokens_per_month": 1000]))], system: true)
    try await eventually("the new limit to be seen") { (try? await ask()) == nil ? nil : true }
    #expect(try await house.events("quota_warning").count == 1)
    try await chat.shutdown()
    try await house.close()
  }

  @Test func `usage that agents reported counts too`() async throws {
    let house = try await RouterHouse(limit: 1000) { _, _ throws(RPCError) in RouterHouse.reply("x") }
    let row: JSONObject = [
      "timestamp": StorageValue.now, "agentscope_agent_id": "a", "agent_name": "A", "model_name": "m", "total_tokens": 1000,
    ]
    try await house.transact([.insert(.init("usage_record", row))])
    let chat = try await house.chat(Self.paid)
    let error = await #expect(throws: RPCError.self) {
      _ = try await chat.call("models.complete", Self.call("hello"), tenant: RouterHouse.tenant, operationID: UUID().uuidString)
    }
    #expect(error?.applicationCode == "quota_exceeded")
    try await chat.shutdown()
    try await house.close()
  }

  @Test func `no limit and models nobody pays for hold nothing`() async throws {
    for (limit, config) in [(0, Self.paid), (1, [:])] as [(Int64, JSONObject)] {
      let house = try await RouterHouse(limit: limit) { _, _ throws(RPCError) in RouterHouse.reply("x") }
      let chat = try await house.chat(config)
      for _ in 0..<3 {
        _ = try await chat.call("models.complete", Self.call("hello"), tenant: RouterHouse.tenant, operationID: UUID().uuidString)
      }
      #expect(try await house.rows("token_budget").isEmpty)
      #expect(try await house.rows("usage_record").count == 3)
      try await chat.shutdown()
      try await house.close()
    }
  }

  @Test func `a chat turn past the quota is 429 and stores nothing`() async throws {
    let house = try await RouterHouse(limit: 10) { _, _ throws(RPCError) in
      RouterHouse.reply("Words.\n```json\n{\"requirements\":[]}\n```", read: 50)
    }
    let chat = try await house.chat(Self.paid)
    let id = try await house.conversation()
    let body: JSON = ["path": ["id": id], "body": ["content": "Hello"]]
    _ = try await chat.call("chat.send", body, tenant: RouterHouse.tenant, operationID: UUID().uuidString)
    let stored = try await house.rows("message").count
    for method in ["chat.send", "chat.stream", "chat.extract"] {
      let error = await #expect(throws: RPCError.self) {
        _ = try await chat.call(method, body, tenant: RouterHouse.tenant, operationID: UUID().uuidString)
      }
      #expect(error?.data["status"] == 429, "\(method): \(error?.message ?? "")")
    }
    #expect(try await house.rows("message").count == stored)
    try await chat.shutdown()
    try await house.close()
  }

  @Test func `a model without a price costs null, and the row says so`() async throws {
    let house = try await RouterHouse(limit: 0) { params, _ throws(RPCError) in
      .object((RouterHouse.reply("x").object ?? [:]).merging(["model": params["model"]]))
    }
    let chat = try await house.chat(["aliases": ["default": "llm-paid/mystery-1", "known": "llm-paid/gpt-4o"]])
    let mystery = try await chat.call("models.complete", Self.call("x"), tenant: RouterHouse.tenant, operationID: UUID().uuidString)
    #expect(mystery["cost_usd"] == .null)
    let known: JSON = ["alias": "known", "messages": [["role": "user", "content": "x"]]]
    _ = try await chat.call("models.complete", known, tenant: RouterHouse.tenant, operationID: UUID().uuidString)
    let rows = try await house.rows("usage_record")
    #expect(rows.first { $0["model_name"] == "mystery-1" }?["cost_known"] == false)
    #expect(rows.first { $0["model_name"] == "gpt-4o" }?["cost_known"] == true)
    #expect(try await house.events("usage_recorded").map { $0["data"]["cost"].isNull } == [true, false])
    try await chat.shutdown()
    try await house.close()
  }
}
