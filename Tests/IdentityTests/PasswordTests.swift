import JSONRPC
import Testing

@testable import Identity

@Suite struct PasswordTests {
  @Test func `a hash written here is verified here and nowhere shorter`() throws {
    let text = try PasswordHash.make("correct horse", salt: "abc", rounds: 1 << 8)
    #expect(text.hasPrefix("scrypt_hmac$256$abc$8$5$"))
    let hash = try #require(PasswordHash(text))
    #expect(hash.matches("correct horse"))
    #expect(!hash.matches("correct hors"))
    #expect(!hash.matches(""))
    #expect(try PasswordHash.make("x", salt: String(repeating: "a", count: 22), rounds: 1 << 8).count <= 128)
  }

  /// Made by Python: hashlib.pbkdf2_hmac and hashlib.scrypt, in the form Django keeps.
  @Test(arguments: [
    "pbkdf2_sha256$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=",
    "scrypt$1024$seasalt$8$1$b9vqOe0B5HZh2f10Q9RPN9OFNPtmb+ezp5YOlnZsJQ0vQ5I3eq8Zt7GFMuqQ58xCxTIvVL1QCL/PTXEWr+RNHA==",
  ]) func `verifies what Django wrote`(_ text: String) throws {
    let hash = try #require(PasswordHash(text))
    #expect(hash.matches("correct horse"))
    #expect(!hash.matches("correct mare"))
  }

  @Test(arguments: [
    "", "!unusable", "md5$salt$abc", "pbkdf2_sha256$0$salt$AAAAAAAAAAAAAAAAAAAAAA==",
    "pbkdf2_sha256$99999999999$salt$AAAAAAAAAAAAAAAAAAAAAA==",
    "pbkdf2_sha256$1000$salt$AAAA", "scrypt$3$salt$8$1$AAAAAAAAAAAAAAAAAAAAAA==", "scrypt$16384$salt$8$1",
    "scrypt$1073741824$salt$8$1$AAAAAAAAAAAAAAAAAAAAAA==",
  ]) func `takes nothing else for a hash`(_ text: String) {
    #expect(PasswordHash(text) == nil)
  }

  @Test func `failed logins are counted by key within a window`() {
    var failures = LoginFailures(limit: 3, window: 60)
    for second in [0, 10, 20] { failures.failed("a", at: second) }
    #expect(failures.wait("a", at: 25) == 35)
    #expect(failures.wait("b", at: 25) == nil)
    #expect(failures.wait("a", at: 60) == nil)
    failures.failed("a", at: 61)
    #expect(failures.wait("a", at: 62) == 8)
    failures.succeeded("a")
    #expect(failures.wait("a", at: 62) == nil)
  }

  @Test func `only so many keys are remembered`() {
    var failures = LoginFailures(limit: 1, window: 1000, keyLimit: 10)
    for number in 0..<100 { failures.failed("k\(number)", at: number) }
    #expect(failures.wait("k99", at: 100) != nil)
    #expect(failures.wait("k0", at: 100) == nil)
  }

  @Test func `a cache forgets in time and in number`() {
    let cache = ExpiringCache<String, Int>(life: .seconds(2), countLimit: 2)
    let now = ContinuousClock.now
    cache.insert("a", 1, at: now)
    #expect(cache.value("a", at: now + .seconds(1)) == 1)
    #expect(cache.value("a", at: now + .seconds(2)) == nil)
    for (index, key) in ["b", "c", "d"].enumerated() { cache.insert(key, index, at: now + .seconds(1)) }
    #expect(cache.value("d", at: now + .seconds(1)) == 2)
    #expect(["a", "b", "c", "d"].filter { cache.value($0, at: now + .seconds(1)) != nil }.count <= 2)
  }

  @Test func `quota gauges know no limit, a warning and the end`() {
    #expect(QuotaRoute.gauge(used: 5, limit: 0)["status"] == "ok")
    #expect(QuotaRoute.gauge(used: 79, limit: 100)["status"] == "ok")
    #expect(QuotaRoute.gauge(used: 1, limit: 3)["percent"] == 33.33)
    #expect(QuotaRoute.gauge(used: 80, limit: 100)["status"] == "warning")
    #expect(QuotaRoute.gauge(used: 100, limit: 100)["status"] == "exceeded")
    #expect(QuotaRoute.month(at: 1_735_603_200) == ("2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z"))
  }
}
