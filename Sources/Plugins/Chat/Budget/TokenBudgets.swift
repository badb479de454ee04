import JSONRPC
import PluginKit
import PluginProtocol
import Synchronization

/// Tokens are held before a call and settled after it, in one transaction each, so that calls side by side can pass the limit by one
/// estimate at most and none is refused for tokens that were given back. Source: DECISIONS 7.
///
/// A call is let in while `committed` (used and held) is below the limit.
final class TokenBudgets: Sendable {
  /// Tokens held for one call.
  struct Hold: Sendable, Equatable {
    let id: String
    let tenant: String
    let month: String
    let tokens: Int64
    let standing: Standing
  }

  /// A tenant's limit, and what counts against it beside the calls made here: usage that agents reported.
  struct Standing: Sendable, Equatable {
    var limit: Int64
    var reported: Int64
    /// Used and held by the calls made here; nil = none was made this month.
    var committed: Int64?
    var month: String

    /// The refusal's reason is there: nothing is free.
    var isUsedUp: Bool { (committed ?? 0) + reported >= limit }
  }

  private static let freshness: Duration = .seconds(1)
  private static let cacheLimit = 10_000
  /// How often a call tries anew whose tokens were taken between reading and holding.
  private static let tryLimit = 8
  /// Holds of dead calls ended in one go.
  private static let sweepLimit = 50

  private let cache = Mutex<[String: (standing: Standing, at: ContinuousClock.Instant)]>([:])
  private let clock: @Sendable () -> Int64

  /// - Parameter clock: microseconds since 1970.
  init(clock: @escaping @Sendable () -> Int64) { self.clock = clock }

  /// Holds tokens for a call.
  ///
  /// - Parameters:
  ///   - life: how long the call may take; then its hold ends by itself.
  ///   - operation: makes the hold the same one when the call is made again after a crash.
  /// - Returns: nil when the tenant has no limit.
  /// - Throws: `quota_exceeded`.
  func hold(_ tokens: Int64, for tenant: String, life: Duration, _ storage: Storage, operation: String?) async throws(RPCError) -> Hold? {
    let month = BudgetMonth(at: clock())
    var standing = try await standing(of: tenant, month, storage)
    for attempt in 1...Self.tryLimit {
      guard standing.limit > 0 else { return nil }
      do {
        let steps = holdSteps(tokens, month, standing, life)
        let results = try await storage.transact(steps, operationID: operation.map { "\($0)/hold\(attempt)" })
        return Hold(id: results.last?["ids"][0].string ?? "", tenant: tenant, month: month.name, tokens: tokens, standing: standing)
      } catch {
        guard error.applicationCode == "expectation" else { throw error }
      }
      // What was known may be old.
      standing = try await read(tenant, month, storage)
      guard standing.isUsedUp else { continue }
      throw month.exceeded(used: (standing.committed ?? 0) + standing.reported, limit: standing.limit, at: clock())
    }
    throw RPCError(.overloaded, "too many calls want the last tokens of the month", data: ["retryable": true, "retry_after_ms": 1000])
  }

  private func holdSteps(_ tokens: Int64, _ month: BudgetMonth, _ standing: Standing, _ life: Duration) -> [StorageStep] {
    let period = JSON.string(month.name)
    let room = standing.limit - standing.reported
    let first: [StorageStep] =
      standing.committed != nil ? [] : [.upsert(.init("token_budget", match: ["period"], values: ["period": period], set: []))]
    return first + [
      .update(
        .init(
          "token_budget", filter: [.eq("period", period), .compare(field: "committed", op: .lt, value: .int(room))],
          increment: ["committed": .int(tokens)], expect: .init(1, tag: "budget"))),
      .insert(
        .init(
          "token_hold",
          [
            "period": period, "tokens": .int(tokens),
            "expires_at": .string(WireDate.text(clock() + life.components.seconds * WireDate.second)),
          ])),
    ]
  }

  static let shape = ShapeReference.inline(.fields("used", "committed", "announced"))

  /// The steps that turn a hold into what was really used; the first answers `expectation` with the tag `hold` when the hold has ended.
  func settle(_ hold: Hold, used: Int64) -> [StorageStep] {
    [
      .delete(collection: "token_hold", filter: [.eq("$key", .string(hold.id))], expect: .init(1, tag: "hold")),
      count(hold, used: used, committed: used - hold.tokens),
    ]
  }

  /// The same when the hold has ended and its tokens were given back.
  func settleLate(_ hold: Hold, used: Int64) -> [StorageStep] { [count(hold, used: used, committed: used)] }

  private func count(_ hold: Hold, used: Int64, committed: Int64) -> StorageStep {
    .update(
      .init(
        "token_budget", filter: [.eq("period", .string(hold.month))], increment: ["used": .int(used), "committed": .int(committed)],
        returning: Self.shape))
  }

  /// Gives a hold's tokens back; once is enough.
  ///
  /// - Parameter storage: the tenant's, or everybody's.
  func release(_ hold: Hold, _ storage: Storage) async throws(RPCError) {
    let budget: [Condition] = [.eq("period", .string(hold.month)), .eq("tenant", .string(hold.tenant))]
    do {
      try await storage.transact(
        [
          .delete(collection: "token_hold", filter: [.eq("$key", .string(hold.id))], expect: .init(1, tag: "hold")),
          .update(.init("token_budget", filter: budget, increment: ["committed": .int(-hold.tokens)])),
        ], operationID: "hold/\(hold.id)/end")
    } catch {
      guard error.applicationCode == "expectation" else { throw error }
    }
  }

  /// The holds of calls that must be dead by now.
  private func dead() -> StorageRead {
    let filter: [Condition] = [.compare(field: "expires_at", op: .lt, value: .string(WireDate.text(clock())))]
    return .select(.init("token_hold", filter: filter, limit: Self.sweepLimit, shape: .inline(.fields("id", "period", "tokens"))))
  }

  private func end(_ dead: [JSON], _ tenant: String, _ storage: Storage) async throws(RPCError) {
    for row in dead {
      let hold = Hold(
        id: row["id"].string ?? "", tenant: tenant, month: row["period"].string ?? "", tokens: row["tokens"].int ?? 0,
        standing: Standing(limit: 0, reported: 0, committed: nil, month: ""))
      try await release(hold, storage)
    }
  }
}

extension TokenBudgets {
  private func standing(of tenant: String, _ month: BudgetMonth, _ storage: Storage) async throws(RPCError) -> Standing {
    if let known = cache.withLock({ $0[tenant] }), known.at + Self.freshness > .now, known.standing.month == month.name {
      return known.standing
    }
    return try await read(tenant, month, storage)
  }

  /// Reads the limit and the usage of the month; what the calls made here used is told apart from what agents reported.
  private func read(_ tenant: String, _ month: BudgetMonth, _ storage: Storage) async throws(RPCError) -> Standing {
    var standing = Standing(limit: 0, reported: 0, committed: nil, month: month.name)
    // A house without accounts has no limits, one without usage nothing reported.
    let limit = StorageRead.get(.init("tenant", filter: [.eq("$key", .string(tenant))], shape: .inline(.fields("max_tokens_per_month"))))
    standing.limit =
      try await Self.ifThere { () throws(RPCError) in try await storage.read(limit) }?["row"]["max_tokens_per_month"].int ?? 0
    if standing.limit > 0 {
      try await end(try await storage.read(dead())["rows"].array ?? [], tenant, storage)
      let own = StorageRead.get(.init("token_budget", filter: [.eq("period", .string(month.name))], shape: Self.shape))
      let filter: [Condition] = [.compare(field: "timestamp", op: .ge, value: .string(month.start))]
      let all = StorageRead.aggregate(.init("usage_record", filter: filter, measures: [.init("sum", .sum, "total_tokens")]))
      let both = try await Self.ifThere { () throws(RPCError) in try await storage.read(.many([own, all])) }
      var row = both?["results"][0]["row"] ?? .null
      if both == nil { row = try await storage.read(own)["row"] }
      standing.committed = row["committed"].int
      standing.reported = max(0, (both?["results"][1]["rows"][0]["sum"].int ?? 0) - (row["used"].int ?? 0))
    }
    cache.withLock { cache in
      if cache.count >= Self.cacheLimit { cache = [:] }
      cache[tenant] = (standing, .now)
    }
    return standing
  }

  private static func ifThere(_ read: () async throws(RPCError) -> JSON) async throws(RPCError) -> JSON? {
    do {
      return try await read()
    } catch {
      guard error.code == .invalidParams else { throw error }
      return nil
    }
  }

  /// Tells the tenant, once a month each, that 80 % and all of its tokens are used. Source: contract http.md, section 8.4.
  ///
  /// - Parameter row: of the budget, with `used` and `announced`.
  func announce(_ row: JSON, _ standing: Standing, _ month: BudgetMonth, _ storage: Storage) async throws(RPCError) {
    let used = (row["used"].int ?? 0) + standing.reported
    let percent = Double(used) / Double(max(1, standing.limit)) * 100
    for (threshold, type) in [(80, "quota_warning"), (100, "quota_exceeded")] as [(Int64, String)] {
      guard percent >= Double(threshold), (row["announced"].int ?? 0) < threshold else { continue }
      let data: JSON = [
        "quota": "tokens", "used": .int(used), "limit": .int(standing.limit), "percent": .double((percent * 100).rounded() / 100),
        "period_start": .string(month.start),
      ]
      let filter: [Condition] = [
        .eq("period", .string(month.name)), .compare(field: "announced", op: .lt, value: .int(threshold)),
      ]
      do {
        try await storage.transact(
          [
            .update(.init("token_budget", filter: filter, set: ["announced": .int(threshold)], expect: .init(1, tag: "announced"))),
            .event(.init(type, data)),
          ], operationID: "announce/\(UUIDText.random())")
      } catch {
        guard error.applicationCode == "expectation" else { throw error }
      }
    }
  }

  func month() -> BudgetMonth { BudgetMonth(at: clock()) }
}
