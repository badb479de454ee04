import JSONRPC
import ModelKit
import PluginKit

/// Tries an alias's targets in order, each as often as the policy allows, within everybody's limits.
struct ModelCaller: Sendable {
  let config: RouterConfig
  let traffic: ModelTraffic
  let health: ProviderHealth
  /// Models whose missing price was reported.
  private let unpriced = SeenNames()
  let log: PluginLog
  /// 0 to 1, for the jitter of waits.
  var chance: @Sendable () -> Double = { Double.random(in: 0...1) }

  init(config: RouterConfig, log: PluginLog) {
    self.config = config
    self.log = log
    traffic = ModelTraffic(config)
    health = ProviderHealth(
      failureLimit: config.cooldownFailures, cooldown: config.cooldown, longestWait: config.retries.longest)
  }

  /// What a reply may have when the call sets no limit.
  private static let replyTokens: Int64 = 4096

  /// The tokens a call may take: what the model reads, and the longest reply.
  static func estimate(_ call: ModelCall) -> Int64 {
    TokenEstimate.read(call.request) + min(max(1, call.request["max_tokens"]?.int ?? replyTokens), 10_000_000)
  }

  /// - Throws: the last provider's error.
  func ask(_ call: ModelCall, _ request: Request, _ listen: ModelRouter.Listener?) async throws -> ModelReply {
    let targets = config.targets(call.alias, tenant: request.meta.tenant ?? "")
    let pieces = ReplyPieces(listen)
    var last = RPCError(.unavailable, "no model is configured for \(call.alias)")
    for target in targets {
      if let rest = health.rest(of: target.provider) {
        last = ModelFailure.error(.overloaded, "\(target.provider) failed too often and is left alone", retryAfter: rest)
        continue
      }
      var attempt = 1
      attempts: while true {
        do {
          let reply = try await ask(target, call, request, pieces)
          health.succeeded(target.provider)
          return reply
        } catch let refusal as ModelTraffic.Refusal {
          last = refusal.reason
        } catch {
          last = error as? RPCError ?? RPCError(.cancelled, "cancelled")
          if health.failed(target.provider, last) { log.warning("provider left alone", ["provider": target.provider]) }
        }
        // What was handed out cannot be taken back.
        guard pieces.isEmpty else { throw last }
        let left = request.meta.deadline.map { $0 - .now }
        switch config.retries.step(after: last, attempt: attempt, left: left, chance: chance()) {
        case .retry(let wait) where health.rest(of: target.provider) == nil: try await Task.sleep(for: wait)
        case .retry, .fallBack: break attempts
        case .giveUp: throw last
        }
        attempt += 1
      }
      log.warning(
        "model failed", ["provider": target.provider, "model": target.model, "code": last.applicationCode ?? "\(last.code.rawValue)"])
    }
    throw last
  }

  private func ask(
    _ target: ModelAliases.Target, _ call: ModelCall, _ request: Request, _ pieces: ReplyPieces
  ) async throws -> ModelReply {
    var params = call.request
    params["model"] = .string(target.model)
    let method = "llm.complete@\(target.provider)"
    let left = request.meta.deadline.map { $0 - .now }
    return try await traffic.run(
      target.provider, tenant: request.meta.tenant ?? "", tokens: Self.estimate(call), left: left
    ) {
      let started = ContinuousClock.now
      let answer =
        if pieces.isWanted {
          try await pieces.take(method, params, request.host, config.callLimit)
        } else {
          try await request.host.call(method, .object(params), deadline: config.callLimit)
        }
      guard var result = answer.object, result["text"]?.string != nil else {
        throw ModelFailure.malformed("\(target.provider) gave no text")
      }
      if result["model"]?.string == nil { result["model"] = .string(target.model) }
      let taken = (ContinuousClock.now - started) / .milliseconds(1)
      let reply = ModelReply(provider: target.provider, result: result, prices: config.prices, milliseconds: taken)
      if reply.cost == nil, unpriced.isNew(reply.model) { log.warning("model without a price", ["model": reply.model]) }
      return (reply, used: reply.usage.total)
    }
  }
}
