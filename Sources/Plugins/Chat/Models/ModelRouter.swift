import JSONRPC
import PluginKit
import PluginProtocol

/// Carries a call to a provider: aliases, fall-backs, retries, prices, the journal and the usage record.
struct ModelRouter: Sendable {
  let aliases: ModelAliases
  let prices: PriceTable
  let retries: RetryPolicy
  let log: PluginLog
  /// 0 to 1, for the jitter of waits.
  var chance: @Sendable () -> Double = { Double.random(in: 0...1) }

  /// How long one call of a provider may take.
  private static let callLimit: Duration = .seconds(120)

  /// Serves `models.complete`.
  ///
  /// - Throws: the last provider's error; `journal_mismatch`.
  func complete(_ call: ModelCall, for request: Request) async throws -> JSON {
    let storage = Storage(request.host)
    guard let key = call.key else {
      let reply = try await ask(call, request)
      try await record(call, reply, [], request)
      return reply.json
    }
    let id: String
    switch try await begin(call, key, storage, request) {
    case .done(let response): return Self.replayed(response)
    case .intent(let row): id = row
    }
    let reply = try await ask(call, request)
    do {
      try await record(call, reply, [Journal.reply(reply, id: id)], request)
    } catch {
      guard error.applicationCode == "expectation" else { throw error }
      // Another incarnation was faster: its reply is the one that counts.
      let entry = try Journal.entry(await storage.row(Journal.lookUp(key)), hash: call.hash)
      guard case .done(let response) = entry else { throw error }
      return Self.replayed(response)
    }
    return reply.json
  }

  /// Writes the journal's step and the usage in one transaction. In a house without the plugin that keeps usage, the journal alone.
  private func record(_ call: ModelCall, _ reply: ModelReply, _ journal: [StorageStep], _ request: Request) async throws(RPCError) {
    let storage = Storage(request.host)
    let operation = Self.operation("reply", request)
    do {
      try await storage.transact(journal + UsageSteps.steps(call, reply, span: Self.span(request.meta)), operationID: operation)
    } catch {
      guard error.code == .invalidParams else { throw error }
      log.warning("usage not recorded", ["reason": error.message])
      if !journal.isEmpty { try await storage.transact(journal, operationID: operation) }
    }
  }

  /// Looks the call up and writes its intent when there is none; when someone else has just done so, theirs counts.
  private func begin(_ call: ModelCall, _ key: ModelCall.Key, _ storage: Storage, _ request: Request) async throws(RPCError)
    -> Journal.Entry
  {
    if let entry = try Journal.entry(await storage.row(Journal.lookUp(key)), hash: call.hash) { return entry }
    let failure: RPCError
    do {
      return .intent(
        id: try await storage.transact([Journal.intent(call, key)], operationID: Self.operation("intent", request))[0]["ids"][0].string
          ?? "")
    } catch {
      failure = error
    }
    guard failure.applicationCode == "not_unique" else { throw failure }
    guard let entry = try Journal.entry(await storage.row(Journal.lookUp(key)), hash: call.hash) else { throw failure }
    return entry
  }

  /// Names a transaction by what it does and not by its place: a call that comes again finds its intent and begins with the reply.
  private static func operation(_ name: String, _ request: Request) -> String? { request.meta.operationID.map { "\($0)/\(name)" } }

  private static func replayed(_ response: JSON) -> JSON { .object((response.object ?? [:]).merging(["replayed": true])) }

  /// The parent span of a W3C trace context.
  private static func span(_ meta: Meta) -> String {
    let parts = (meta.traceparent ?? "").split(separator: "-", omittingEmptySubsequences: false)
    return parts.count >= 3 ? String(parts[2]) : ""
  }
}

extension ModelRouter {
  /// Tries the alias's targets in order, each as often as the policy allows.
  private func ask(_ call: ModelCall, _ request: Request) async throws -> ModelReply {
    var last = RPCError(.unavailable, "no model is configured for \(call.alias)")
    for target in aliases.targets(call.alias) {
      var attempt = 1
      attempts: while true {
        do {
          return try await ask(target, call, request)
        } catch {
          last = error
          let left = request.meta.deadline.map { $0 - .now }
          switch retries.step(after: error, attempt: attempt, left: left, chance: chance()) {
          case .retry(let wait): try await Task.sleep(for: wait)
          case .fallBack: break attempts
          case .giveUp: throw error
          }
          attempt += 1
        }
      }
      log.warning(
        "model failed", ["provider": target.provider, "model": target.model, "code": last.applicationCode ?? "\(last.code.rawValue)"])
    }
    throw last
  }

  private func ask(_ target: ModelAliases.Target, _ call: ModelCall, _ request: Request) async throws(RPCError) -> ModelReply {
    let started = ContinuousClock.now
    var params = call.request
    params["model"] = .string(target.model)
    let answer = try await request.host.call("llm.complete@\(target.provider)", .object(params), deadline: Self.callLimit)
    guard var result = answer.object, result["text"]?.string != nil else {
      throw .application("llm_malformed", status: 502, "\(target.provider) gave no text")
    }
    if result["model"]?.string == nil { result["model"] = .string(target.model) }
    let taken = (ContinuousClock.now - started) / .milliseconds(1)
    let unpriced = ModelReply(provider: target.provider, result: result, cost: nil, milliseconds: taken)
    let cost = prices.price(of: unpriced.model)?.cost(inputTokens: unpriced.inputTokens, outputTokens: unpriced.outputTokens)
    if cost == nil { log.warning("model without a price", ["model": unpriced.model]) }
    return ModelReply(provider: target.provider, result: result, cost: cost, milliseconds: taken)
  }
}
