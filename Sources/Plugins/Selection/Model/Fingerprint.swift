/// Short numbers that stand for texts (FNV-1a): the same texts give the same digits. Not for secrets.
enum Fingerprint {
  /// Eight hexadecimal digits.
  static func short(_ texts: [String]) -> String { digits(UInt64(hash32(texts)), count: 8) }

  /// Sixteen hexadecimal digits.
  static func long(_ texts: [String]) -> String {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in texts.joined(separator: "\n").utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    return digits(hash, count: 16)
  }

  private static func hash32(_ texts: [String]) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in texts.joined(separator: "\n").utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return hash
  }

  private static func digits(_ number: UInt64, count: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
}
