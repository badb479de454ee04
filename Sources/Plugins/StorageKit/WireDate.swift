/// Datetimes as `YYYY-MM-DDTHH:MM:SS.ffffffZ` and as microseconds since 1970, UTC.
package enum WireDate {
  static let second: Int64 = 1_000_000
  static let hour = 3600 * second
  static let day = 24 * hour
  /// 0001-01-01 and the last microsecond of 9999.
  static let range = (-719_162 * day)...(2_932_897 * day - 1)

  /// Appends the text; a fraction of zero is dropped.
  package static func write(_ microseconds: Int64, to out: inout [UInt8]) {
    let (date, time) = floorDivide(microseconds, day)
    let (year, month, dayOfMonth) = civil(date)
    pad(year, 4, &out)
    out.append(UInt8(ascii: "-"))
    pad(month, 2, &out)
    out.append(UInt8(ascii: "-"))
    pad(dayOfMonth, 2, &out)
    out.append(UInt8(ascii: "T"))
    pad(time / hour, 2, &out)
    out.append(UInt8(ascii: ":"))
    pad(time / (60 * second) % 60, 2, &out)
    out.append(UInt8(ascii: ":"))
    pad(time / second % 60, 2, &out)
    if time % second != 0 {
      out.append(UInt8(ascii: "."))
      pad(time % second, 6, &out)
    }
    out.append(UInt8(ascii: "Z"))
  }

  package static func text(_ microseconds: Int64) -> String {
    var out: [UInt8] = []
    write(microseconds, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Reads a date and time with `Z` or an offset; nil when it is none. Digits past microseconds are cut.
  package static func parse(_ text: String) -> Int64? {
    var reader = Reader(bytes: Array(text.utf8))
    guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), reader.take("-"), let dayOfMonth = reader.digits(2),
      reader.take("T") || reader.take(" "), let hours = reader.digits(2), reader.take(":"), let minutes = reader.digits(2)
    else { return nil }
    let seconds = reader.take(":") ? reader.digits(2) : 0
    guard let seconds, let fraction = reader.take(".") ? reader.fraction() : 0, let offset = reader.offset(), reader.isAtEnd else {
      return nil
    }
    guard year >= 1, (1...12).contains(month), (1...daysIn(month, year)).contains(dayOfMonth), hours < 24, minutes < 60, seconds < 60 else {
      return nil
    }
    let value =
      daysSinceEpoch(year, month, dayOfMonth) * day + hours * hour + minutes * 60 * second + seconds * second + fraction - offset * 60
      * second
    return range.contains(value) ? value : nil
  }

  private struct Reader {
    let bytes: [UInt8]
    var at = 0

    var isAtEnd: Bool { at == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
      at += 1
      return true
    }

    mutating func digit() -> Int64? {
      guard at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) else { return nil }
      at += 1
      return Int64(bytes[at - 1] - UInt8(ascii: "0"))
    }

    mutating func digits(_ count: Int) -> Int64? {
      var value: Int64 = 0
      for _ in 0..<count {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    mutating func fraction() -> Int64? {
      guard var value = digit() else { return nil }
      var count = 1
      while let next = digit() {
        if count < 6 { value = value * 10 + next }
        count += 1
      }
      while count < 6 {
        value *= 10
        count += 1
      }
      return value
    }

    /// In minutes east.
    mutating func offset() -> Int64? {
      if take("Z") { return 0 }
      let sign: Int64 = take("+") ? 1 : -1
      guard sign == 1 || take("-") else { return nil }
      guard let hours = digits(2), hours < 24, take(":"), let minutes = digits(2), minutes < 60 else { return nil }
      return sign * (hours * 60 + minutes)
    }
  }

  private static func floorDivide(_ value: Int64, _ by: Int64) -> (Int64, Int64) {
    let rest = (value % by + by) % by
    return ((value - rest) / by, rest)
  }

  private static func daysIn(_ month: Int64, _ year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 of a date of the Gregorian calendar.
  ///
  /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floorDivide(shifted, 400)
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The inverse: civil_from_days of the same source.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func pad(_ value: Int64, _ width: Int, _ out: inout [UInt8]) {
    let digits = Array(String(value).utf8)
    for _ in 0..<max(0, width - digits.count) { out.append(UInt8(ascii: "0")) }
    out.append(contentsOf: digits)
  }
}
