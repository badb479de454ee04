/// UUIDs as text.
package enum UUIDText {
  /// The lower-case form of `8-4-4-4-12`, in any case; nil for anything else.
  package static func canonical(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count == 36 else { return nil }
    for (index, byte) in bytes.enumerated() {
      let isHyphen = index == 8 || index == 13 || index == 18 || index == 23
      guard isHyphen ? byte == UInt8(ascii: "-") : isHex(byte) else { return nil }
    }
    return text.lowercased()
  }

  /// As ``canonical(_:)``, and also without hyphens, in braces, and with `urn:uuid:` before it: what DRF takes from a client.
  package static func lenient(_ text: String) -> String? {
    var rest = text[...]
    for prefix in ["urn:", "uuid:"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
    let digits = rest.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "}") }
    guard digits.count == 32, digits.allSatisfy(isHex) else { return nil }
    var out = ""
    for (index, byte) in digits.enumerated() {
      if index == 8 || index == 12 || index == 16 || index == 20 { out.append("-") }
      out.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return out.lowercased()
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
    default: false
    }
  }
}
