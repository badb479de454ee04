/// Cuts a plugin's output into lines of bounded length.
struct LineSplitter: Sendable {
  static let byteLimit = 8_192
  private var line: [UInt8] = []
  private var isCutting = false

  /// - Returns: the lines that are complete now, without their ends; of a longer line the first ``byteLimit`` bytes.
  mutating func feed(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if !isCutting { lines.append(take()) }
        isCutting = false
      } else if !isCutting {
        line.append(byte)
        if line.count == Self.byteLimit {
          lines.append(take())
          isCutting = true
        }
      }
    }
    return lines
  }

  /// What stands after the last line end.
  mutating func finish() -> String? { line.isEmpty ? nil : take() }

  private mutating func take() -> String {
    defer { line.removeAll(keepingCapacity: true) }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return String(decoding: line, as: UTF8.self)
  }
}
