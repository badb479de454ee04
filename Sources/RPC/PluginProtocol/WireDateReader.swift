/// Takes the parts of an ISO 8601 text from its front.
struct WireDateReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { at == bytes.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  /// `YYYY-MM-DD`.
  mutating func date() -> CivilDate? {
    guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2) else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  /// `HH:MM`, `HH:MM:SS` or with a fraction after `.` or `,`, in microseconds.
  mutating func timeOfDay() -> Int64? {
    guard let hour = digits(2), hour < 24, take(":"), let minute = digits(2), minute < 60 else { return nil }
    let time = hour * WireDate.hour + minute * WireDate.minute
    guard take(":") else { return time }
    guard let second = digits(2), second < 60 else { return nil }
    guard take(".") || take(",") else { return time + second * WireDate.second }
    guard let fraction = fraction() else { return nil }
    return time + second * WireDate.second + fraction
  }

  /// `Z`, `+HH`, `+HHMM` or `+HH:MM`, in microseconds east of Greenwich.
  mutating func offset() -> Int64? {
    if take("Z") || take("z") { return 0 }
    let sign: Int64 = take("+") ? 1 : -1
    guard sign == 1 || take("-"), let hours = digits(2), hours < 24 else { return nil }
    if isAtEnd { return sign * hours * WireDate.hour }
    _ = take(":")
    guard let minutes = digits(2), minutes < 60 else { return nil }
    return sign * (hours * WireDate.hour + minutes * WireDate.minute)
  }

  private mutating func digit() -> Int64? {
    guard at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) else { return nil }
    at += 1
    return Int64(bytes[at - 1] - UInt8(ascii: "0"))
  }

  private mutating func digits(_ count: Int) -> Int64? {
    var value: Int64 = 0
    for _ in 0..<count {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// In microseconds; finer digits are cut.
  private mutating func fraction() -> Int64? {
    guard var value = digit() else { return nil }
    var count = 1
    while let next = digit() {
      if count < 6 { value = value * 10 + next }
      count += 1
    }
    for _ in 0..<max(0, 6 - count) { value *= 10 }
    return value
  }
}
