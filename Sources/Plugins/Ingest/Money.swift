import JSONRPC
import PluginKit

/// An amount in USD as agents send it: a number or a numeric text with any number of decimals.
enum Money {
  private static let places = 6
  private static let digitLimit = 10
  private static let exponentLimit = 400

  /// Rounds half to even at six decimals, exactly: the digits are counted, not computed with.
  ///
  /// - Returns: the amount as a decimal text.
  /// - Throws: 400 keyed by `field`. Source: contract http.md, section 14.1.
  static func parse(_ json: JSON, field: String) throws(RPCError) -> JSON {
    let text: String
    switch json {
    case .number(let number): text = number.literal
    case .string(let string): text = string
    default: throw HTTPCall.invalid(field, "A valid number is required.")
    }
    guard let literal = try? JSON(parsing: text), case .number(let number) = literal, let millionths = units(number.literal) else {
      throw HTTPCall.invalid(field, "A valid number is required.")
    }
    guard !number.literal.hasPrefix("-") || millionths.allSatisfy({ $0 == 0 }) else {
      throw HTTPCall.invalid(field, "Ensure this value is greater than or equal to 0.")
    }
    guard millionths.count <= digitLimit + places else {
      throw HTTPCall.invalid(field, "Ensure that there are no more than \(digitLimit) digits before the decimal point.")
    }
    let padded = Array(repeating: 0, count: max(0, places + 1 - millionths.count)) + millionths
    let digits = padded.map(String.init)
    return .string(digits.dropLast(places).joined() + "." + digits.suffix(places).joined())
  }

  /// The amount's decimal digits in millionths, without leading zeros; nil for an absurd exponent.
  private static func units(_ literal: String) -> [Int]? {
    let parts = literal.lowercased().split(separator: "e")
    guard let exponent = parts.count > 1 ? Int(parts[1]) : 0, abs(exponent) <= exponentLimit else { return nil }
    let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    var digits = (mantissa[0] + fraction).compactMap(\.wholeNumberValue)
    let shift = places + exponent - fraction.count
    guard shift < 0 else { return strip(digits + Array(repeating: 0, count: shift)) }
    let dropped = -shift
    digits = Array(repeating: 0, count: max(0, dropped + 1 - digits.count)) + digits
    var kept = Array(digits.dropLast(dropped))
    if roundsUp(kept, dropped: digits.suffix(dropped)) { increment(&kept) }
    return strip(kept)
  }

  private static func roundsUp(_ kept: [Int], dropped: ArraySlice<Int>) -> Bool {
    guard let first = dropped.first else { return false }
    if first != 5 { return first > 5 }
    return dropped.dropFirst().contains { $0 > 0 } || (kept.last ?? 0) % 2 == 1
  }

  private static func increment(_ digits: inout [Int]) {
    var place = digits.count - 1
    while place >= 0, digits[place] == 9 {
      digits[place] = 0
      place -= 1
    }
    if place >= 0 { digits[place] += 1 } else { digits.insert(1, at: 0) }
  }

  private static func strip(_ digits: [Int]) -> [Int] { Array(digits.drop { $0 == 0 }) }
}
