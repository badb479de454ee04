import Identity

/// The ids requests bear in logs and towards plugins.
enum RequestID {
  /// What a client may choose itself: up to 64 of `A-Z a-z 0-9 . _ -`.
  static func accepted(_ text: String?) -> String? {
    guard let text, (1...64).contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else { return nil }
    return text
  }

  /// 32 hexadecimal digits, unguessable.
  static func make() -> String { RandomText.hex(byteCount: 16) }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
