import StorageKit
import Testing

@Suite struct ValueTests {
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
}
