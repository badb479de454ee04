extension JSON {
  /// The compact text, UTF-8.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(256)
    write(to: &out)
    return out
  }

  /// The compact text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Appends the compact text to `out`.
  public func write(to out: inout [UInt8]) {
    switch self {
    case .null: out.append(contentsOf: "null".utf8)
    case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let value): out.append(contentsOf: value.literal.utf8)
    case .string(let value): JSON.writeString(value, to: &out)
    case .array(let items):
      out.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        item.write(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let object):
      out.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        JSON.writeString(member.name, to: &out)
        out.append(UInt8(ascii: ":"))
        member.value.write(to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  /// Appends a quoted, escaped string; everything above U+001F but `"` and `\` is written as it is.
  public static func writeString(_ value: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var index = out.count
    out.append(contentsOf: value.utf8)
    while index < out.count, !isEscaped(out[index]) { index += 1 }
    if index < out.count {
      let rest = Array(out[index...])
      out.removeLast(rest.count)
      for byte in rest { if isEscaped(byte) { writeEscape(byte, to: &out) } else { out.append(byte) } }
    }
    out.append(UInt8(ascii: "\""))
  }

  /// Whether a byte of a string cannot stand as it is.
  @inlinable package static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// Appends what stands for a byte that cannot.
  package static func writeEscape(_ byte: UInt8, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
    case 0x0A: out.append(UInt8(ascii: "n"))
    case 0x0D: out.append(UInt8(ascii: "r"))
    case 0x09: out.append(UInt8(ascii: "t"))
    default:
      out.append(contentsOf: "u00".utf8)
      Hex.append(byte, to: &out)
    }
  }
}
