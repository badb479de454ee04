import JSONRPC
import ModelKit
import PluginKit
import PluginProtocol

/// Carries a call to a provider and back: mode, journal, budget, the call itself, and the record of what it took.
struct ModelRouter: Sendable {
  /// Gets the pieces of a reply as they come.
  typealias Listener = @Sendable (CompletionDelta) async throws -> Void

  let caller: ModelCaller
  let budgets: TokenBudgets
  /// Takes the holds of calls that were cancelled and can do nothing more themselves.
  let abandoned: AsyncStream<TokenBudgets.Hold>.Continuation
  let log: PluginLog
  private let windows = ModelWindows()

  var config: RouterConfig { caller.config }

  /// Serves `models.complete`.
  ///
  /// - Parameters:
  ///   - listen: nil = nobody wants pieces.
  ///   - begun: called when nothing but the model can refuse any more.
  /// - Throws: the last provider's error; `quota_exceeded`, `journal_mismatch`, `llm_not_recorded`.
  func complete(_ call: ModelCall, for request: Request, listen: Listener? = nil, begun: @Sendable () async throws -> Void = {})
    async throws -> JSON
  {
    let storage = Storage(request.host)
    let mode = call.mode ?? config.mode
    if mode == .replay {
      let reply = try await Recording.reply(to: call, from: storage)
      try await begun()
      return try await told(reply, to: listen)
    }
    var entry: String?
    if let key = call.key {
      switch try await begin(call, key, storage, request) {
      case .done(let response): return try await told(Self.replayed(response), to: listen)
      case .intent(let row): entry = row
      }
    }
    let hold = try await hold(call, storage, request)
    let reply: ModelReply
    do {
      try await begun()
      reply = try await caller.ask(call, request, listen)
    } catch {
      await release(hold, request)
      throw error
    }
    var steps = entry.map { [Journal.reply(reply, id: $0)] } ?? []
    if mode == .record { steps.append(Recording.step(call, reply)) }
    do {
      try await record(call, reply, steps, hold, request)
    } catch {
      await release(hold, request)
      guard error.data["tag"] == "journal", let key = call.key else { throw error }
      // Another incarnation was faster: its reply is the one that counts.
      guard case .done(let response)? = try Journal.entry(await storage.row(Journal.lookUp(key)), hash: call.hash) else { throw error }
      return Self.replayed(response)
    }
    return reply.json
  }

  /// What the model that an alias means now reads and writes at once, in tokens; nil when nobody says, or nobody is asked.
  func window(of alias: String, for request: Request) async -> Int64? {
    let targets = config.targets(alias, tenant: request.meta.tenant ?? "")
    guard config.mode != .replay, let target = targets.first(where: { caller.health.rest(of: $0.provider) == nil }) else { return nil }
    return await windows.window(of: target, request.host)
  }

  /// A reply that is there at once is one piece.
  private func told(_ reply: JSON, to listen: Listener?) async throws -> JSON {
    if let listen, let text = reply["text"].string, !text.isEmpty { try await listen(.text(text)) }
    return reply
  }

  /// Looks the call up and writes its intent when there is none; when someone else has just done so, theirs counts.
  private func begin(_ call: ModelCall, _ key: ModelCall.Key, _ storage: Storage, _ request: Request) async throws(RPCError)
    -> Journal.Entry
  {
    if let entry = try Journal.entry(await storage.row(Journal.lookUp(key)), hash: call.hash) { return entry }
    let failure: RPCError
    do {
      let steps = [Journal.intent(call, key, redacts: config.redactsJournal)]
      return .intent(id: try await storage.transact(steps, operationID: Self.operation("intent", call, request))[0]["ids"][0].string ?? "")
    } catch {
      failure = error
    }
    guard failure.applicationCode == "not_unique" else { throw failure }
    guard let entry = try Journal.entry(await storage.row(Journal.lookUp(key)), hash: call.hash) else { throw failure }
    return entry
  }

  /// Names a transaction by what it does and not by its place: a call that comes again finds its intent and begins with the reply.
  private static func operation(_ name: String, _ call: ModelCall, _ request: Request) -> String? {
    request.meta.operationID.map { "\($0)/\(call.place)/\(name)" }
  }

  private static func replayed(_ response: JSON) -> JSON { .object((response.object ?? [:]).merging(["replayed": true])) }

  /// The parent span of a W3C trace context.
  private static func span(_ meta: Meta) -> String {
    let parts = (meta.traceparent ?? "").split(separator: "-", omittingEmptySubsequences: false)
    return parts.count >= 3 ? String(parts[2]) : ""
  }
}

extension ModelRouter {
  /// Holds the tenant's tokens; nil where nobody pays or nothing limits.
  private func hold(_ call: ModelCall, _ storage: Storage, _ request: Request) async throws -> TokenBudgets.Hold? {
    guard let tenant = request.meta.tenant,
      config.targets(call.alias, tenant: tenant).contains(where: { !config.unmetered.contains($0.provider) })
    else { return nil }
    let life = request.meta.deadline.map { max(.seconds(1), $0 - .now) } ?? config.callLimit
    return try await budgets.hold(
      ModelCaller.estimate(call), for: tenant, life: life + .seconds(5), storage, operation: Self.operation("budget", call, request))
  }

  /// Gives a hold back, also when the call was cancelled.
  private func release(_ hold: TokenBudgets.Hold?, _ request: Request) async {
    guard let hold else { return }
    guard !Task.isCancelled else {
      abandoned.yield(hold)
      return
    }
    do {
      try await budgets.release(hold, Storage(request.host))
    } catch {
      // It ends by itself.
      log.warning("held tokens not given back", ["code": error.applicationCode ?? "\(error.code.rawValue)"])
    }
  }

  /// Writes journal, usage and budget in one transaction. In a house without the plugin that keeps usage, the others alone.
  private func record(
    _ call: ModelCall, _ reply: ModelReply, _ steps: [StorageStep], _ hold: TokenBudgets.Hold?, _ request: Request
  ) async throws(RPCError) {
    let storage = Storage(request.host)
    var usage = UsageSteps.steps(call, reply, span: Self.span(request.meta))
    var budget = hold.map { budgets.settle($0, used: reply.usage.total) } ?? []
    // Each of the two reasons to go again comes once.
    for attempt in 1...3 {
      let all = steps + budget + usage
      guard !all.isEmpty else { return }
      do {
        let name = attempt == 1 ? "reply" : "reply\(attempt)"
        let results = try await storage.transact(all, operationID: Self.operation(name, call, request))
        if let hold, !budget.isEmpty {
          try await budgets.announce(results[steps.count + budget.count - 1]["row"], hold.standing, budgets.month(), storage)
        }
        return
      } catch {
        if let hold, error.data["tag"] == "hold", budget.count > 1 {
          budget = budgets.settleLate(hold, used: reply.usage.total)
        } else if error.code == .invalidParams, !usage.isEmpty {
          log.warning("usage not recorded", ["reason": error.message])
          usage = []
        } else {
          throw error
        }
      }
    }
  }
}
