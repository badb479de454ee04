import PluginProtocol
import Testing

/// Values in the form of the wire (docs/PROTOCOL.md, section 7.1).
@Suite struct WireValueTests {
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

  @Test(arguments: [
    ("2026-01-31", "2026-01-31T00:00:00Z"), ("2026-01-31T12:00", "2026-01-31T12:00:00Z"),
    ("2026-01-31t12:00:00,25z", "2026-01-31T12:00:00.250000Z"), ("2026-01-31T12:00+0530", "2026-01-31T06:30:00Z"),
    ("2026-01-31T12:00-03", "2026-01-31T15:00:00Z"),
  ]) func `a client may leave out zone and time`(text: String, shown: String) {
    #expect(WireDate.parse(text, zoneIsOptional: true).map(WireDate.text) == shown)
  }

  @Test(arguments: ["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"])
  func `a datetime whose UTC year has not four digits is refused`(text: String) {
    #expect(WireDate.parse(text, zoneIsOptional: true) == nil)
  }

  @Test func `seconds are rounded down`() {
    #expect(WireDate.seconds("1970-01-01T00:00:01.999999Z") == 1)
    #expect(WireDate.seconds("1969-12-31T23:59:59.5Z") == -1)
    #expect(WireDate.text(seconds: 1_795_375_870) == "2026-11-22T19:31:10Z")
  }

  @Test(arguments: [
    ("2026-01-31", "2026-01-01", "2026-02-01"), ("2024-02-29", "2024-02-01", "2024-03-01"), ("2026-12-01", "2026-12-01", "2027-01-01"),
  ]) func `a date knows its month`(day: String, first: String, next: String) throws {
    let date = CivilDate(at: try #require(WireDate.parse(day, zoneIsOptional: true)))
    #expect(WireDate.text(date.startOfMonth.midnight) == "\(first)T00:00:00Z")
    #expect(WireDate.text(date.startOfNextMonth.midnight) == "\(next)T00:00:00Z")
  }

  @Test(arguments: [
    "6F9619FF8B86D011B42D00C04FC964FF", "{6f9619ff-8b86-d011-b42d-00c04fc964ff}", "urn:uuid:6f9619ff-8b86-d011-b42d-00c04fc964ff",
  ]) func `a client may write a UUID as it likes`(text: String) {
    #expect(UUIDText.lenient(text) == "6f9619ff-8b86-d011-b42d-00c04fc964ff")
  }

  @Test(arguments: ["", "6f9619ff8b86d011b42d00c04fc964f", "6f9619ff8b86d011b42d00c04fc964fff", "6f9619ff8b86d011b42d00c04fc964fg", "----"])
  func `what has not 32 digits is no UUID`(text: String) { #expect(UUIDText.lenient(text) == nil) }

  @Test func `a UUID is lower case and random ones are version 4`() {
    #expect(UUIDText.canonical("AAAAAAAA-0000-4000-8000-00000000000F") == "aaaaaaaa-0000-4000-8000-00000000000f")
    #expect(UUIDText.canonical("aaaaaaaa00004000800000000000000f") == nil)
    #expect(UUIDText.canonical("aaaaaaaa-0000-4000-8000-00000000000g") == nil)
    #expect(UUIDText.canonical("-aaaaaaa-0000-4000-8000-00000000000f") == nil)
    let made = (0..<100).map { _ in UUIDText.random() }
    #expect(Set(made).count == 100)
    for uuid in made {
      #expect(UUIDText.canonical(uuid) == uuid)
      let digits = Array(uuid)
      #expect(digits[14] == "4" && "89ab".contains(digits[19]))
    }
  }
}
