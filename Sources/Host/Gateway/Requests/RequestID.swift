import Identity
import JSONRPC
import Synchronization

/// The ids requests bear in logs and towards plugins.
enum RequestID {
  /// What a client may choose itself: up to 64 of `A-Z a-z 0-9 . _ -`.
  static func accepted(_ text: String?) -> String? {
    guard let text, (1...64).contains(text.utf8.count), text.utf8.allSatisfy(isAllowed) else { return nil }
    return text
  }

  /// 32 hexadecimal digits that no other request of any process has; they are no secret.
  static func make() -> String { process + part() }

  /// 16 hexadecimal digits that no other call of this process gives.
  static func part() -> String {
    // The finalizer of SplitMix64: one number in, one number out, and neighbours look nothing alike.
    var number = count.add(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15
    number = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
    number = (number ^ number >> 27) &* 0x94D0_49BB_1331_11EB
    number ^= number >> 31
    return Hex.text(stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) })
  }

  private static let process = RandomText.hex(byteCount: 8)
  private static let count = Atomic(UInt64.random(in: .min ... .max))

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
