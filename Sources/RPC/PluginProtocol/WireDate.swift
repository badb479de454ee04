/// Points in time as `YYYY-MM-DDTHH:MM:SS.ffffffZ` and as microseconds since 1970, UTC (docs/PROTOCOL.md, section 7.1).
package enum WireDate {
  package static let second: Int64 = 1_000_000
  package static let minute = 60 * second
  package static let hour = 60 * minute
  package static let day = 24 * hour
  /// 0001-01-01 and the last microsecond of 9999.
  package static let range = (-719_162 * day)...(2_932_897 * day - 1)

  /// Appends the text; a fraction of zero is dropped.
  package static func write(_ microseconds: Int64, to out: inout [UInt8]) {
    let (dayNumber, time) = microseconds.flooredQuotientAndRemainder(dividingBy: day)
    let date = CivilDate(dayNumber: dayNumber)
    pad(date.year, 4, &out)
    out.append(UInt8(ascii: "-"))
    pad(date.month, 2, &out)
    out.append(UInt8(ascii: "-"))
    pad(date.day, 2, &out)
    out.append(UInt8(ascii: "T"))
    pad(time / hour, 2, &out)
    out.append(UInt8(ascii: ":"))
    pad(time / minute % 60, 2, &out)
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
    out.reserveCapacity(27)
    write(microseconds, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// The text of whole seconds since 1970.
  package static func text(seconds: Int) -> String { text(Int64(seconds) * second) }

  /// Whole seconds since 1970, rounded down; nil for what ``parse(_:zoneIsOptional:)`` refuses.
  package static func seconds(_ text: String) -> Int? {
    parse(text).map { Int($0.flooredQuotientAndRemainder(dividingBy: second).quotient) }
  }

  /// Reads ISO 8601: a date and time with `Z` or an offset. Digits past microseconds are cut.
  ///
  /// - Parameter zoneIsOptional: a time without a zone is UTC, a bare date its midnight, as clients of the HTTP interface may write.
  /// - Returns: microseconds since 1970; nil when it is no such text, or outside of ``range``.
  package static func parse(_ text: String, zoneIsOptional: Bool = false) -> Int64? {
    var reader = WireDateReader(text)
    guard let date = reader.date(), date.year >= 1 else { return nil }
    if zoneIsOptional, reader.isAtEnd { return date.midnight }
    guard reader.take("T") || reader.take("t") || reader.take(" "), let time = reader.timeOfDay() else { return nil }
    let offset = zoneIsOptional && reader.isAtEnd ? 0 : reader.offset()
    guard let offset, reader.isAtEnd else { return nil }
    let value = date.midnight + time - offset
    return range.contains(value) ? value : nil
  }

  private static func pad(_ value: Int64, _ width: Int, _ out: inout [UInt8]) {
    let digits = String(value).utf8
    for _ in 0..<max(0, width - digits.count) { out.append(UInt8(ascii: "0")) }
    out.append(contentsOf: digits)
  }
}
