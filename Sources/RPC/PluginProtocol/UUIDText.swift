import JSONRPC

/// UUIDs as the lower-case text of the wire (docs/PROTOCOL.md, section 7.1).
package enum UUIDText {
  /// The lower-case form of `8-4-4-4-12` hexadecimal digits of any case; nil for anything else.
  package static func canonical(_ text: String) -> String? {
    guard text.utf8.count == 36 else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(36)
    for byte in text.utf8 {
      if isHyphen(at: out.count) {
        guard byte == UInt8(ascii: "-") else { return nil }
        out.append(byte)
      } else {
        guard let digit = lowercaseDigit(byte) else { return nil }
        out.append(digit)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// As ``canonical(_:)``, and also without hyphens, in braces, and with `urn:uuid:` before it: what DRF takes from a client.
  package static func lenient(_ text: String) -> String? {
    var rest = text[...]
    for prefix in ["urn:", "uuid:"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
    var out: [UInt8] = []
    for byte in rest.utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: "{") && byte != UInt8(ascii: "}") {
      guard out.count < 36 else { return nil }
      if isHyphen(at: out.count) { out.append(UInt8(ascii: "-")) }
      out.append(byte)
    }
    return canonical(String(decoding: out, as: UTF8.self))
  }

  /// A new random one (RFC 9562, version 4).
  package static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return text(generator.next() & ~0xF000 | 0x4000, generator.next() & ~(3 << 62) | 1 << 63)
  }

  /// - Parameters:
  ///   - high: the first eight bytes.
  ///   - low: the others.
  private static func text(_ high: UInt64, _ low: UInt64) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(36)
    for index in 0..<16 {
      if isHyphen(at: out.count) { out.append(UInt8(ascii: "-")) }
      Hex.append(UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - index % 8 * 8)), to: &out)
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func isHyphen(at index: Int) -> Bool { index == 8 || index == 13 || index == 18 || index == 23 }

  private static func lowercaseDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): byte
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte | 0x20
    default: nil
    }
  }
}
