/// Decimals as scaled integers: "12.30" with two places is 1230.
package enum WireDecimal {
  /// Appends the text with exactly `places` digits behind the point.
  package static func write(_ scaled: Int64, places: Int, to out: inout [UInt8]) {
    if scaled < 0 { out.append(UInt8(ascii: "-")) }
    var digits = Array(String(scaled.magnitude).utf8)
    while digits.count <= places { digits.insert(UInt8(ascii: "0"), at: 0) }
    out.append(contentsOf: digits[..<(digits.count - places)])
    guard places > 0 else { return }
    out.append(UInt8(ascii: "."))
    out.append(contentsOf: digits[(digits.count - places)...])
  }

  static func double(_ scaled: Double, places: Int) -> Double {
    var unit = 1.0
    for _ in 0..<places { unit *= 10 }
    return scaled / unit
  }

  /// Reads a literal such as `-12.3` or `1e-05`; what is beyond `places` is rounded half to even.
  ///
  /// - Returns: nil when it is no number or has more than `digits` digits.
  package static func parse(_ literal: String, digits: Int, places: Int) -> Int64? {
    var bytes = Array(literal.utf8)[...]
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    var exponent = 0
    if let mark = bytes.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
      guard let value = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)), value.magnitude < 64 else { return nil }
      exponent = value
      bytes = bytes[..<mark]
    }
    var number: [UInt8] = []
    var pointAt: Int?
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "."):
        guard pointAt == nil else { return nil }
        pointAt = number.count
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number.append(byte - UInt8(ascii: "0"))
      default: return nil
      }
    }
    guard !number.isEmpty, number.count < 128 else { return nil }
    let wanted = (pointAt ?? number.count) + exponent + places
    guard let magnitude = scaled(number, count: wanted) else { return nil }
    guard String(magnitude).count <= digits else { return nil }
    return isNegative ? -magnitude : magnitude
  }

  /// The first `count` digits as a number, rounded by the rest; zeros are added when there are fewer.
  private static func scaled(_ digits: [UInt8], count: Int) -> Int64? {
    var value: Int64 = 0
    for index in 0..<max(0, count) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(index < digits.count ? Int64(digits[index]) : 0)
      guard !overflow, !carry else { return nil }
      value = sum
    }
    guard count >= 0, count < digits.count else { return value }
    let rest = digits[(count + 1)...].contains { $0 != 0 }
    let isUp = digits[count] > 5 || digits[count] == 5 && (rest || value % 2 == 1)
    return isUp ? value + 1 : value
  }
}
