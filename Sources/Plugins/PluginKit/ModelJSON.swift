public import JSONRPC

/// Reads JSON out of what a language model wrote: bare, in a fence, inside prose, or cut off before its end.
///
/// Order, first success wins: the whole text; the first fence (`json` or without a language), else a text that begins with a bracket –
/// as it is, then with what is missing closed; the first balanced object outside strings; the first balanced array.
public enum ModelJSON {
  /// The value, or nil when there is none to read.
  public static func value(in text: String) -> JSON? {
    let whole = Array(text.utf8)
    if let value = parse(whole[...]) { return value }
    if let candidate = candidate(in: text) {
      if let value = parse(candidate) ?? parse(closing(candidate)[...]) { return value }
    }
    return firstBalanced(in: whole, open: UInt8(ascii: "{")) ?? firstBalanced(in: whole, open: UInt8(ascii: "["))
  }

  /// The object a caller expects; a list becomes `{"items": […]}`.
  public static func object(in text: String) -> JSONObject? {
    switch value(in: text) {
    case .object(let object): object
    case .array(let items): ["items": .array(items)]
    default: nil
    }
  }

  /// The first balanced object of a text that satisfies a condition, and where it begins; brackets in strings do not count.
  public static func firstObject(in text: String, where accepts: (JSONObject) -> Bool) -> (object: JSONObject, start: String.Index)? {
    let bytes = Array(text.utf8)
    var index = 0
    var starts = 0
    while starts < startLimit, let start = bytes[index...].firstIndex(of: UInt8(ascii: "{")) {
      starts += 1
      if let end = balancedEnd(in: bytes, from: start), case .object(let object)? = parse(bytes[start...end]), accepts(object) {
        return (object, text.utf8.index(text.startIndex, offsetBy: start))
      }
      index = start + 1
    }
    return nil
  }

  /// After so many starts that lead nowhere a search gives up, so that its work stays linear.
  private static let startLimit = 64

  /// The first fence's body, or the text itself when it begins with a bracket.
  private static func candidate(in text: String) -> ArraySlice<UInt8>? {
    if let fence = ModelFence.all(in: text).first(where: { $0.language.isEmpty || $0.language == "json" }) {
      return Array(fence.body.utf8)[...]
    }
    let bytes = Array(text.utf8)
    guard let start = bytes.firstIndex(where: { !isSpace($0) }), bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "[")
    else {
      return nil
    }
    return bytes[start...]
  }

  private static func parse(_ bytes: ArraySlice<UInt8>) -> JSON? {
    guard let first = bytes.first(where: { !isSpace($0) }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return nil }
    return try? JSON(parsing: Array(bytes))
  }

  /// The text with its open string, arrays and objects closed, innermost first.
  private static func closing(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var scanner = BracketScanner()
    for byte in bytes { scanner.read(byte) }
    var out = Array(bytes)
    while let last = out.last, isSpace(last) { out.removeLast() }
    if scanner.inString {
      if scanner.escaped { out.removeLast() }
      out.append(UInt8(ascii: "\""))
    } else if out.last == UInt8(ascii: ",") {
      out.removeLast()
    }
    return out + scanner.open.reversed().map { $0 == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]") }
  }

  /// The first well-formed value that begins with `open`.
  private static func firstBalanced(in bytes: [UInt8], open: UInt8) -> JSON? {
    var starts = 0
    var index = 0
    while starts < startLimit, let start = bytes[index...].firstIndex(of: open) {
      starts += 1
      if let end = balancedEnd(in: bytes, from: start), let value = parse(bytes[start...end]) { return value }
      index = start + 1
    }
    return nil
  }

  /// Where the bracket at `start` is closed, brackets in strings left out.
  private static func balancedEnd(in bytes: [UInt8], from start: Int) -> Int? {
    var scanner = BracketScanner()
    for index in start..<bytes.count {
      scanner.read(bytes[index])
      if scanner.open.isEmpty { return index }
    }
    return nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}

/// Follows brackets and strings through JSON text.
struct BracketScanner {
  private(set) var open: [UInt8] = []
  private(set) var inString = false
  private(set) var escaped = false

  mutating func read(_ byte: UInt8) {
    if inString {
      if escaped {
        escaped = false
      } else if byte == UInt8(ascii: "\\") {
        escaped = true
      } else if byte == UInt8(ascii: "\"") {
        inString = false
      }
      return
    }
    switch byte {
    case UInt8(ascii: "\""): inString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): open.append(byte)
    case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
    default: break
    }
  }
}
