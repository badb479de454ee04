/// A point in time as clients write it: ISO 8601 with or without offset (none = UTC); a bare date is its midnight.
package struct DatetimeText: Sendable, Equatable {
  /// `YYYY-MM-DDTHH:MM:SS.ffffffZ`, the fraction dropped when zero.
  package let normalized: String

  package init?(_ text: String) {
    var reader = Reader(Array(text.utf8))
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"), let day = reader.number(2),
      (1...9999).contains(year), (1...12).contains(month), (1...DatetimeText.days(in: month, of: year)).contains(day)
    else { return nil }
    var seconds = 0
    var microseconds = 0
    var offset = 0
    if !reader.isAtEnd {
      guard reader.skip("T") || reader.skip("t") || reader.skip(" "), let hour = reader.number(2), reader.skip(":"),
        let minute = reader.number(2), hour < 24, minute < 60
      else { return nil }
      seconds = hour * 3600 + minute * 60
      if reader.skip(":") {
        guard let second = reader.number(2), second < 60 else { return nil }
        seconds += second
        if reader.skip(".") || reader.skip(",") {
          guard let fraction = reader.fraction() else { return nil }
          microseconds = fraction
        }
      }
      guard let minutes = reader.offset(), reader.isAtEnd else { return nil }
      offset = minutes * 60
    }
    let instant = UTCText.dayNumber(year, month, day) * 86_400 + seconds - offset
    normalized = UTCText.text(seconds: instant, microseconds: microseconds)
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private struct Reader {
    private var rest: ArraySlice<UInt8>
    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard let first = rest.first, UInt32(first) == character.value else { return false }
      rest = rest.dropFirst()
      return true
    }

    mutating func number(_ count: Int) -> Int? {
      let digits = rest.prefix(count)
      guard digits.count == count, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
      rest = rest.dropFirst(count)
      return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Microseconds; finer digits are cut off.
    mutating func fraction() -> Int? {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard !digits.isEmpty else { return nil }
      rest = rest.dropFirst(digits.count)
      let six = Array(digits.prefix(6)) + Array(repeating: UInt8(ascii: "0"), count: max(0, 6 - digits.count))
      return six.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Minutes east of Greenwich; nothing = 0.
    mutating func offset() -> Int? {
      if isAtEnd || skip("Z") || skip("z") { return 0 }
      let sign: Int
      if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
      guard let hours = number(2), hours < 24 else { return nil }
      if isAtEnd { return sign * hours * 60 }
      _ = skip(":")
      guard let minutes = number(2), minutes < 60 else { return nil }
      return sign * (hours * 60 + minutes)
    }
  }
}
