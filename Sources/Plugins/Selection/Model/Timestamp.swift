/// A point in time, in whole microseconds since 1970, UTC.
struct Timestamp: Sendable, Hashable, Comparable {
  let microseconds: Int64

  static let epoch = Timestamp(microseconds: 0)

  static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  /// Clamped to ± 100 000 years, far past every date that can be written.
  func adding(days: Double) -> Timestamp {
    let limit = 3.2e18
    let span = min(max((days * 86_400_000_000).rounded(), -limit), limit)
    return Timestamp(microseconds: Int64(min(max(Double(microseconds) + span, -limit), limit)))
  }
}

extension Timestamp {
  /// Reads ISO 8601: a date, or a date and time with an optional fraction and an optional zone (none: UTC).
  init?(_ text: String) {
    var rest = Substring(text)
    guard let year = Self.digits(4, &rest), Self.take("-", &rest), let month = Self.digits(2, &rest), Self.take("-", &rest),
      let day = Self.digits(2, &rest), (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day)
    else { return nil }
    let midnight = Self.daysSinceEpoch(year, month, day) * 86_400_000_000
    if rest.isEmpty {
      self.init(microseconds: midnight)
      return
    }
    guard Self.take("T", &rest) || Self.take(" ", &rest), let time = Self.timeOfDay(&rest), let offset = Self.zone(&rest), rest.isEmpty
    else { return nil }
    self.init(microseconds: midnight + time - offset)
  }

  /// `YYYY-MM-DDTHH:MM:SS.ffffffZ`, the fraction dropped when it is zero.
  var text: String {
    let day = Int64((Double(microseconds) / 86_400_000_000).rounded(.down))
    let (year, month, dayOfMonth) = Self.date(daysSinceEpoch: day)
    let time = microseconds - day * 86_400_000_000
    let seconds = time / 1_000_000
    let fraction = time % 1_000_000
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Self.padded($0, 2) }.joined(separator: ":")
    return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))T\(clock)"
      + (fraction == 0 ? "Z" : ".\(Self.padded(fraction, 6))Z")
  }

  private static func timeOfDay(_ rest: inout Substring) -> Int64? {
    guard let hour = digits(2, &rest), take(":", &rest), let minute = digits(2, &rest), hour < 24, minute < 60 else { return nil }
    guard take(":", &rest) else { return (hour * 60 + minute) * 60_000_000 }
    guard let second = digits(2, &rest), second < 60 else { return nil }
    var fraction: Int64 = 0
    if take(".", &rest) {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard (1...9).contains(digits.count), let value = Int64(digits.prefix(6) + String(repeating: "0", count: max(0, 6 - digits.count)))
      else { return nil }
      fraction = value
      rest = rest[digits.endIndex...]
    }
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
  }

  /// East of Greenwich is positive.
  private static func zone(_ rest: inout Substring) -> Int64? {
    if rest.isEmpty || take("Z", &rest) { return 0 }
    let sign: Int64
    if take("+", &rest) { sign = 1 } else if take("-", &rest) { sign = -1 } else { return nil }
    guard let hour = digits(2, &rest), hour < 24 else { return nil }
    _ = take(":", &rest)
    guard let minute = digits(2, &rest), minute < 60 else { return nil }
    return sign * (hour * 60 + minute) * 60_000_000
  }

  private static func digits(_ count: Int, _ rest: inout Substring) -> Int64? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    rest = rest[digits.endIndex...]
    return Int64(digits)
  }

  private static func take(_ character: Character, _ rest: inout Substring) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Timestamp {
  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days from 1970-01-01 in the proleptic Gregorian calendar, counting years from March so that the leap day comes last.
  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}
