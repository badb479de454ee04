/// Base64 with padding (RFC 4648, section 4), as stream chunks travel.
public enum Base64 {
  /// The padded text of the bytes, in ASCII.
  public static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    var group: UInt32 = 0
    var count = 0
    for byte in bytes {
      group = group << 8 | UInt32(byte)
      count += 1
      if count == 3 {
        for shift: UInt32 in [18, 12, 6, 0] { out.append(letter(group >> shift & 63)) }
        (group, count) = (0, 0)
      }
    }
    if count > 0 {
      group <<= UInt32(8 * (3 - count))
      out.append(letter(group >> 18 & 63))
      out.append(letter(group >> 12 & 63))
      out.append(count == 2 ? letter(group >> 6 & 63) : UInt8(ascii: "="))
      out.append(UInt8(ascii: "="))
    }
    return out
  }

  /// The padded text of the bytes.
  public static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: encode(bytes), as: UTF8.self) }

  /// - Returns: nil when the text is not canonical base64.
  public static func bytes(_ text: String) -> [UInt8]? {
    let ascii = Array(text.utf8)
    return decode(ascii.span)
  }

  /// - Returns: nil when the text is not canonical base64.
  public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
    guard let count = decodedByteCount(text) else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(count + 2)
    var index = 0
    while index < text.count {
      var group: UInt32 = 0
      for offset in 0..<4 { group = group << 6 | UInt32(value(text[index + offset]) ?? 0) }
      out.append(UInt8(truncatingIfNeeded: group >> 16))
      out.append(UInt8(truncatingIfNeeded: group >> 8))
      out.append(UInt8(truncatingIfNeeded: group))
      index += 4
    }
    out.removeLast(out.count - count)
    return out
  }

  /// How many bytes a text stands for; nil when it is not canonical base64.
  public static func decodedByteCount(_ text: Span<UInt8>) -> Int? {
    guard text.count.isMultiple(of: 4) else { return nil }
    guard text.count > 0 else { return 0 }
    var end = text.count
    while end > text.count - 2, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
    for index in 0..<end where value(text[index]) == nil { return nil }
    let padding = text.count - end
    // The bits that padding cuts off must be zero, else two texts would stand for the same bytes.
    let unused: UInt8 = padding == 2 ? 15 : padding == 1 ? 3 : 0
    guard (value(text[end - 1]) ?? 0) & unused == 0 else { return nil }
    return text.count / 4 * 3 - padding
  }

  private static func letter(_ value: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: value)
    return switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }

  private static func value(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
