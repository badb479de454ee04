import JSONRPC
import StorageKit
import Testing

@Suite struct ValueTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-11-22T19:31:10.000001Z", 1_795_375_870_000_001), ("1969-12-31T23:59:59.999999Z", -1),
      ("2000-02-29T12:00:00Z", 951_825_600_000_000), ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
      ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ] as [(String, Int64)]) func `a datetime is microseconds and back`(text: String, microseconds: Int64)
  {
    #expect(WireDate.parse(text) == microseconds)
    #expect(WireDate.text(microseconds) == text)
  }

  @Test(arguments: [
    ("2026-01-31T12:00:00+05:30", "2026-01-31T06:30:00Z"), ("2026-01-31 12:00Z", "2026-01-31T12:00:00Z"),
    ("2026-01-31T12:00:00.1234567-00:30", "2026-01-31T12:30:00.123456Z"), ("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500000Z"),
  ]) func `a datetime may have an offset and any fraction`(text: String, shown: String) {
    #expect(WireDate.parse(text).map(WireDate.text) == shown)
  }

  @Test(arguments: [
    "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "2026-01-01", "",
    "2026-01-01T00:00:00Zx",
    "0000-01-01T00:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+5Z",
  ]) func `what is no datetime is refused`(text: String) { #expect(WireDate.parse(text) == nil) }

  @Test(
    arguments: [
      ("12.3", 1230), ("-0.005", 0), ("0.015", 2), ("0.025", 2), ("0.0250001", 3), ("1e-05", 0), ("1.5e2", 15000), ("-12.345", -1234),
      ("99999999.99", 9_999_999_999), ("+1", 100), ("007", 700), (".5", 50),
    ] as [(String, Int64)]) func `a decimal is a scaled integer, rounded half to even`(text: String, scaled: Int64)
  {
    #expect(WireDecimal.parse(text, digits: 10, places: 2) == scaled)
  }

  @Test(arguments: ["100000000.00", "", "-", "1.2.3", "1,5", "NaN", "1e", "1e99", "9999999999999999999999"])
  func `what is no decimal of these digits is refused`(text: String) { #expect(WireDecimal.parse(text, digits: 10, places: 2) == nil) }

  @Test(
    arguments: [(0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (1230, 2, "12.30"), (7, 0, "7"), (-1_000_001, 6, "-1.000001")]
      as [(Int64, Int, String)])
  func `a scaled integer shows all its places`(scaled: Int64, places: Int, text: String) {
    var out: [UInt8] = []
    WireDecimal.write(scaled, places: places, to: &out)
    #expect(String(decoding: out, as: UTF8.self) == text)
  }

  @Test func `a UUID is lower case and random ones are version 4`() {
    #expect(UUIDText.normal("AAAAAAAA-0000-4000-8000-00000000000F") == "aaaaaaaa-0000-4000-8000-00000000000f")
    #expect(UUIDText.normal("aaaaaaaa00004000800000000000000f") == nil)
    #expect(UUIDText.normal("aaaaaaaa-0000-4000-8000-00000000000g") == nil)
    #expect(UUIDText.normal("-aaaaaaa-0000-4000-8000-00000000000f") == nil)
    let made = (0..<100).map { _ in UUIDText.random() }
    #expect(Set(made).count == 100)
    for uuid in made {
      #expect(UUIDText.normal(uuid) == uuid)
      let digits = Array(uuid)
      #expect(digits[14] == "4" && "89ab".contains(digits[19]))
    }
  }
}
