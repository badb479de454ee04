/// Random (version 4) UUIDs, lower-case.
enum RandomID {
  static func next() -> String {
    var generator = SystemRandomNumberGenerator()
    let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    var text = ""
    text.reserveCapacity(36)
    for (word, digits) in [(high >> 32, 8), (high >> 16 & 0xFFFF, 4), (high & 0xFFFF, 4), (low >> 48, 4), (low & 0xFFFF_FFFF_FFFF, 12)] {
      let hex = String(word, radix: 16)
      if !text.isEmpty { text.append("-") }
      text.append(String(repeating: "0", count: digits - hex.count) + hex)
    }
    return text
  }
}
