import JSONRPC
import Testing

@testable import Chat

/// Limits, patience and configuration of the router.
@Suite(.timeLimit(.minutes(1))) struct TrafficTests {
  private static let start = ContinuousClock.now

  @Test func `tokens refill by the minute and wait their turn`() {
    var rate = TokenRate(perMinute: 600, now: Self.start)
    func take(_ tokens: Int64, at seconds: Double, longest: Duration = .seconds(30)) -> Duration? {
      rate.take(tokens, perMinute: 600, longest: longest, now: Self.start + .seconds(seconds))
    }
    #expect(take(600, at: 0) == .zero)
    #expect(take(100, at: 0) == .seconds(10))
    #expect(take(600, at: 0) == nil)
    #expect(take(50, at: 20) == .zero)
    #expect(take(100, at: 20, longest: .seconds(1)) == nil)
    rate.giveBack(100, perMinute: 600)
    #expect(take(100, at: 20, longest: .seconds(1)) == .zero)
  }

  @Test func `a call larger than the bucket waits until it is full, and no longer`() {
    var rate = TokenRate(perMinute: 60, now: Self.start)
    #expect(rate.take(1000, perMinute: 60, longest: .seconds(30), now: Self.start) == .zero)
    #expect(rate.take(1, perMinute: 60, longest: .seconds(30), now: Self.start) == nil)
  }

  @Test func `a provider that fails in a row is left alone for a while; a success forgives`() {
    let health = ProviderHealth(failureLimit: 3, cooldown: .seconds(30), longestWait: .seconds(30))
    let failure = RPCError.application("llm_overloaded", status: 502, "busy")
    for _ in 0..<2 { health.failed("a", failure, now: Self.start) }
    health.succeeded("a")
    for _ in 0..<2 { #expect(!health.failed("a", failure, now: Self.start)) }
    #expect(health.rest(of: "a", now: Self.start) == nil)
    #expect(health.failed("a", failure, now: Self.start))
    #expect(health.rest(of: "a", now: Self.start + .seconds(10)) == .seconds(20))
    #expect(health.rest(of: "a", now: Self.start + .seconds(31)) == nil)
    #expect(health.rest(of: "b", now: Self.start) == nil)
  }

  @Test func `who asks for more patience than there is gets it at once; a bad prompt speaks against nobody`() {
    let health = ProviderHealth(failureLimit: 2, cooldown: .seconds(30), longestWait: .seconds(30))
    #expect(health.failed("a", .application("llm_rate_limited", status: 502, "x", more: ["retry_after_ms": 90_000]), now: Self.start))
    #expect(health.rest(of: "a", now: Self.start) == .seconds(90))
    for _ in 0..<5 { #expect(!health.failed("b", .application("llm_context_length", status: 502, "x"), now: Self.start)) }
  }

  @Test func `a tenant's own aliases and limits win`() throws {
    let config = try RouterConfig([
      "aliases": ["default": "a/1", "qa": "b/2"], "tenant_concurrency": 3,
      "tenants": ["T1": ["aliases": ["qa": "c/3"], "tokens_per_minute": 500]], "providers": ["a": ["concurrency": 2]],
    ])
    #expect(config.targets("qa", tenant: "t1").map(\.provider) == ["c"])
    #expect(config.targets("code", tenant: "t1").map(\.provider) == ["a"])
    #expect(config.targets("qa", tenant: "t2").map(\.provider) == ["b"])
    #expect(config.limits(ofTenant: "t1") == RouterConfig.Limits(concurrency: 3, tokensPerMinute: 500))
    #expect(config.limits(ofProvider: "a").concurrency == 2 && config.limits(ofProvider: "z").concurrency == 64)
  }

  @Test(
    arguments: [
      (["mode": "play"], "mode"), (["journal": "none"], "journal"), (["cooldown_seconds": -1], "cooldown_seconds"),
      (["providers": ["x": ["concurrency": 0]]], "providers.x.concurrency"), (["tenants": ["t": ["aliases": ["qa": "no"]]]], "aliases.qa"),
      (["prices": ["x": ["input": 1, "output": 1, "cached": -1]]], "prices.x"),
    ] as [(JSONObject, String)])
  func `a mistake is named`(config: JSONObject, key: String) {
    let mistake = #expect(throws: ConfigMistake.self) { try RouterConfig(config) }
    #expect(mistake?.description.hasPrefix(key) == true, "\(mistake?.description ?? "")")
  }

  @Test func `a place takes as many as it is wide, in order`() async throws {
    let turns = Turns(limit: 100)
    let most = Counter()
    try await withThrowingTaskGroup { group in
      for _ in 0..<40 {
        group.addTask {
          try await turns.run("provider", width: 4) {
            await most.enter()
            try await Task.sleep(for: .milliseconds(2))
            await most.leave()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(await most.most == 4)
    try await turns.run("provider", width: 1) {}
  }

  private actor Counter {
    private var inside = 0
    private(set) var most = 0
    func enter() {
      inside += 1
      most = max(most, inside)
    }
    func leave() { inside -= 1 }
  }
}
