import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import NIOCore
import Testing

@testable import Gateway

/// Rate limits and host names (contract http.md, sections 1 and 2.2).
@Suite struct ThrottleTests {
  @Test func `a bucket gives what it holds at once, and then what time brings`() throws {
    var buckets = TokenBuckets(RateLimit(count: 60, period: .seconds(60)))
    let start = ContinuousClock.now
    for _ in 0..<60 { #expect(buckets.take("a", at: start) == nil) }
    let refusal = buckets.take("a", at: start)
    let wait = try #require(refusal)
    #expect(abs(wait / .seconds(1) - 1) < 0.01)
    #expect(buckets.take("b", at: start) == nil)
    #expect(buckets.take("a", at: start + .milliseconds(900)) != nil)
    #expect(buckets.take("a", at: start + .milliseconds(1100)) == nil)
    #expect(buckets.take("a", at: start + .milliseconds(1100)) != nil)
    let later = start + .seconds(3600)
    #expect((0..<61).count { _ in buckets.take("a", at: later) == nil } == 60)
  }

  @Test func `the emptiest buckets are remembered when there are too many`() {
    var buckets = TokenBuckets(RateLimit(count: 2, period: .seconds(3600)), keyLimit: 10)
    let now = ContinuousClock.now
    for _ in 0..<2 { _ = buckets.take("greedy", at: now) }
    for index in 0..<200 { #expect(buckets.take("\(index)", at: now) == nil) }
    #expect(buckets.take("greedy", at: now) != nil)
  }

  @Test(arguments: [("50/s", 50, 1), ("600/m", 600, 60), ("1/h", 1, 3600)])
  func `a rate is a number a second, minute or hour`(_ text: String, _ count: Int, _ seconds: Int) {
    #expect(RateLimit(text) == RateLimit(count: count, period: .seconds(seconds)))
  }

  @Test(arguments: ["", "50", "0/s", "-1/s", "1/d", "1/s/s", "a/s", " 1/s", "99999999999/s"])
  func `anything else is no rate`(_ text: String) { #expect(RateLimit(text) == nil) }

  @Test(arguments: [
    ("10.1.2.3", "10.1.2.3"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8::1", "2001:db8:0:0::/64"),
    ("::ffff:1.2.3.4", "::ffff:1.2.3.4"), ("::1", "0:0:0:0::/64"),
  ])
  func `an IPv6 network counts as one address`(_ address: String, _ network: String) {
    #expect(RequestThrottle.network(of: address) == network)
  }

  @Test func `too many requests of an address are answered with 429, whoever they claim to be; probes are not`() async throws {
    try await House.open(config: { $0.addressRate = RateLimit(count: 3, period: .seconds(3600)) }) { house async throws in
      for _ in 0..<3 { #expect(try await house.probe.send("GET", "/api/v1/tasks/").status == 401) }
      let held = try await house.get("/api/v1/auth/me/")
      #expect(held.status == 429)
      #expect(held.text == #"{"detail":"Request was throttled. Try again later.","code":"throttled"}"#)
      #expect((1...1200).contains(Int(held.headers["retry-after"] ?? "") ?? 0))
      for path in ["/api/health/", "/api/v1/health/", "/api/health/ready/", "/metrics"] {
        #expect(try await house.probe.send("GET", path).status == 200)
      }
    }
  }

  @Test func `a tenant's users and keys share its limit`() async throws {
    try await House.open(config: { $0.tenantRate = RateLimit(count: 2, period: .seconds(3600)) }) { house async throws in
      #expect(try await house.get("/api/v1/tenant/", role: "owner").status == 404)
      #expect(try await house.get("/api/v1/tenant/").status == 404)
      let held = try await house.probe.send("GET", "/api/v1/tenant/", headers: [("X-API-Key", House.key)])
      #expect(held.status == 429)
      #expect(held.json["code"] == "throttled")
      #expect(try await house.get("/api/v1/tenant/", role: "none").status == 404)
    }
  }

  private func exchange(_ host: String, _ config: GatewayConfig) -> Exchange {
    let head = HTTPRequest(method: .get, scheme: "http", authority: host, path: "/x/")
    return Exchange(Request(head: head, body: .init(buffer: ByteBuffer())), remoteAddress: "1.1.1.1", config: config)
  }

  @Test(arguments: [
    ("shop.example", 200), ("SHOP.example:8000", 200), ("a.hive.example", 200), ("hive.example", 200), ("evil.example", 400),
    ("xhive.example", 400), ("[::1]:80", 200),
  ])
  func `answers to its own names only`(_ host: String, _ status: Int) {
    var config = GatewayConfig()
    config.allowedHosts = ["shop.example", ".hive.example", "::1"]
    let rule = HostRule(config)
    do throws(Refusal) {
      try rule.check(exchange(host, config))
      #expect(status == 200)
    } catch {
      #expect(error.status.code == status)
    }
  }

  @Test(arguments: [
    ("acme.hive.example", true), ("ACME.hive.example:80", true), ("other.hive.example", false), ("x.acme.hive.example", false),
    ("hive.example", true), ("elsewhere.example", true),
  ])
  func `the door of a tenant is closed to others`(_ host: String, _ isOpen: Bool) {
    var config = GatewayConfig()
    config.tenantBaseDomain = "hive.example"
    let rule = HostRule(config)
    do throws(Refusal) {
      try rule.check(exchange(host, config), tenant: "acme")
      #expect(isOpen)
    } catch {
      #expect(!isOpen && error.status == .forbidden)
    }
  }
}
