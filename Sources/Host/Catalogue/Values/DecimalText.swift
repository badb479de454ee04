/// A decimal number kept as its digits: nothing is rounded on the way.
package struct DecimalText: Sendable, Equatable {
  private let isNegative: Bool
  /// Without leading zeros; `[0]` is zero.
  private let digits: [UInt8]
  /// The value is digits × 10^exponent.
  private let exponent: Int

  /// - Parameter text: sign, digits, fraction and exponent; nil for anything else, also for NaN and infinity.
  package init?(_ text: String) {
    var bytes = Array(text.utf8)[...]
    guard bytes.count <= 1000 else { return nil }
    isNegative = bytes.first == UInt8(ascii: "-")
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    var scale = 0
    if let mark = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
      guard let power = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)), power.magnitude <= 1000 else { return nil }
      scale = power
      bytes = bytes[..<mark]
    }
    let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let all = parts.joined()
    guard parts.count <= 2, !all.isEmpty, all.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    if parts.count == 2 { scale -= parts[1].count }
    let significant = all.drop { $0 == UInt8(ascii: "0") }.map { $0 - UInt8(ascii: "0") }
    digits = significant.isEmpty ? [0] : significant
    exponent = scale
  }

  package var totalDigits: Int {
    if exponent >= 0 { return digits.count + exponent }
    return max(digits.count, -exponent)
  }

  package var decimalPlaces: Int { max(0, -exponent) }

  package var wholeDigits: Int { exponent >= 0 ? totalDigits : max(0, digits.count + exponent) }

  /// The number with exactly so many places.
  ///
  /// - Precondition: it has no more than that.
  package func fixed(places: Int) -> String {
    var all = digits + Array(repeating: 0, count: max(0, exponent + places))
    if all.count <= places { all = Array(repeating: 0, count: places + 1 - all.count) + all }
    var text = isNegative && digits != [0] ? "-" : ""
    var whole = all.dropLast(places)[...]
    while whole.count > 1, whole.first == 0 { whole = whole.dropFirst() }
    for digit in whole { text.append("\(digit)") }
    guard places > 0 else { return text }
    text.append(".")
    for digit in all.suffix(places) { text.append("\(digit)") }
    return text
  }
}
