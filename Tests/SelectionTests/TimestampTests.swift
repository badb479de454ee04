import Testing

@testable import Selection

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01", "1970-01-01T00:00:00Z"), ("2026-01-15T12:00:00Z", "2026-01-15T12:00:00Z"),
    ("2024-02-29 23:59:59.5", "2024-02-29T23:59:59.500000Z"), ("2026-01-15T12:00+08:00", "2026-01-15T04:00:00Z"),
    ("2000-03-01T00:00:00.1234567-0030", "2000-03-01T00:30:00.123456Z"), ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
  ])
  func `reads what ISO 8601 allows and writes one form`(text: String, written: String) throws {
    #expect(try #require(Timestamp(text)).text == written)
  }

  @Test(arguments: [
    "", "2026", "2026-02-30", "2025-02-29", "2026-13-01", "2026-01-15T24:00Z", "2026-01-15T12:00:00Zx", "2026-01-15T12:00:00.",
  ])
  func `refuses what is no time`(text: String) { #expect(Timestamp(text) == nil) }

  @Test func `days beyond every calendar are clamped`() {
    #expect(Timestamp.epoch.adding(days: 1e300) > Timestamp.epoch)
    #expect(Timestamp.epoch.adding(days: -1e300) < Timestamp.epoch)
  }

  @Test(arguments: [
    (0.285, "0.28"), (0.125, "0.12"), (0.375, "0.38"), (1.005, "1.00"), (2.0 / 3, "0.67"), (-0.5, "-0.50"), (12.999, "13.00"),
  ])
  func `two decimals round as C does`(value: Double, text: String) { #expect(twoDecimals(value) == text) }
}
