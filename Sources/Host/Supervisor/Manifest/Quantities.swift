/// Parses the quantities that manifests write as text.
package enum Quantity {
  /// `64K`, `256M`, `2G` or plain bytes; powers of 1024.
  package static func byteCount(_ text: String) -> Int? {
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    guard let unit = text.last else { return nil }
    let factor = units[unit]
    guard let count = Int(factor == nil ? text : String(text.dropLast())), count >= 0 else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: factor ?? 1)
    return overflow ? nil : bytes
  }

  /// `250ms`, `10s`, `5m`, `2h`, `90d`.
  package static func duration(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int64(digits), count <= 1_000_000_000 else { return nil }
    switch text.dropFirst(digits.count) {
    case "ms": return .milliseconds(count)
    case "s": return .seconds(count)
    case "m": return .seconds(count * 60)
    case "h": return .seconds(count * 3600)
    case "d": return .seconds(count * 86_400)
    default: return nil
    }
  }

  /// `150%`: of one processor.
  package static func percent(_ text: String) -> Int? {
    guard text.hasSuffix("%"), let percent = Int(text.dropLast()), percent > 0 else { return nil }
    return percent
  }
}
