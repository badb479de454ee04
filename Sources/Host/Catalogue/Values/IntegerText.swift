/// An integer as clients write it: digits with a sign, perhaps with `.0` behind.
struct IntegerText {
  /// Nil beyond 64 bits.
  let value: Int64?
  let isNegative: Bool

  init?(_ text: String) {
    var bytes = Array(text.trimmed.utf8)[...]
    guard bytes.count <= 1000 else { return nil }
    if let dot = bytes.firstIndex(of: UInt8(ascii: ".")) {
      guard dot > bytes.startIndex, bytes[(dot + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
      bytes = bytes[..<dot]
    }
    isNegative = bytes.first == UInt8(ascii: "-")
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    guard !bytes.isEmpty, bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    value = Int64((isNegative ? "-" : "") + String(decoding: bytes, as: UTF8.self))
  }

  /// Whether the text is a decimal number with optional sign, fraction and exponent: no words, no hexadecimal.
  static func isNumber(_ text: String) -> Bool { text.utf8.count <= 1000 && DecimalText(text) != nil }
}
