/// Takes a multipart body apart as it comes (RFC 2046, section 5.1). Holds a boundary's length of it, and never more than one head.
struct MultipartReader: Sendable {
  enum Event: Equatable, Sendable {
    case part(PartHead)
    /// Bytes of the part begun last.
    case bytes([UInt8])
    case endOfPart
  }

  struct Problem: Error, Equatable { let message: String }

  private enum Phase { case preamble, delimiter, head, body, done }

  static let headByteLimit = 8 << 10
  private static let paddingLimit = 64

  private let needle: [UInt8]
  /// How far to move on by the byte under the needle's end (Horspool).
  private var skips: [Int]
  private var phase = Phase.preamble
  /// The first boundary may stand at the very beginning, as if after a line's end.
  private var buffer: [UInt8] = Array("\r\n".utf8)
  private var start = 0

  /// - Parameter boundary: 1 to 70 characters, as RFC 2046 has it.
  init?(boundary: String) {
    guard (1...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy({ $0 > 0x1F && $0 < 0x7F }) else { return nil }
    needle = Array("\r\n--\(boundary)".utf8)
    skips = Array(repeating: needle.count, count: 256)
    for (index, byte) in needle.dropLast().enumerated() { skips[Int(byte)] = needle.count - 1 - index }
  }

  /// Whether the last boundary was there; what follows it does not count.
  var isDone: Bool { phase == .done }

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    guard !isDone else { return }
    buffer.removeFirst(start)
    start = 0
    buffer += bytes
  }

  /// What comes next, or nil when more bytes are needed.
  mutating func next() throws(Problem) -> Event? {
    while true {
      switch phase {
      case .preamble:
        guard let found = find() else {
          start = max(start, buffer.count - needle.count + 1)
          return nil
        }
        start = found + needle.count
        phase = .delimiter
      case .delimiter:
        guard try delimiterIsOver() else { return nil }
      case .head: return try head()
      case .body: return body()
      case .done: return nil
      }
    }
  }

  /// Behind a boundary: `--` ends the form, the end of the line begins a part.
  private mutating func delimiterIsOver() throws(Problem) -> Bool {
    var at = start
    while at < buffer.count, buffer[at] == 0x20 || buffer[at] == 0x09 { at += 1 }
    guard at - start <= MultipartReader.paddingLimit else { throw Problem(message: "a boundary's line is too long") }
    guard at + 1 < buffer.count else { return false }
    switch (buffer[at], buffer[at + 1]) {
    case (0x2D, 0x2D): phase = .done
    case (0x0D, 0x0A): phase = .head
    default: throw Problem(message: "a boundary's line goes on")
    }
    start = at + 2
    return true
  }

  private mutating func head() throws(Problem) -> Event? {
    let limit = min(buffer.count, start + MultipartReader.headByteLimit)
    guard let end = (start..<max(start, limit - 3)).first(where: { buffer[$0...].starts(with: Array("\r\n\r\n".utf8)) }) else {
      guard limit == buffer.count else { throw Problem(message: "the head of a part is too long") }
      return nil
    }
    guard let head = PartHead(buffer[start..<end]) else { throw Problem(message: "a part does not name its field") }
    // The last line's end may belong to the boundary of an empty part.
    start = end + 4
    phase = .body
    return .part(head)
  }

  private mutating func body() -> Event? {
    let found = find()
    if found == start {
      start += needle.count
      phase = .delimiter
      return .endOfPart
    }
    let end = found ?? buffer.count - needle.count + 1
    guard end > start else { return nil }
    defer { start = end }
    return .bytes(Array(buffer[start..<end]))
  }

  /// Where the needle stands next.
  private func find() -> Int? {
    let last = needle.count - 1
    var at = start
    while at + last < buffer.count {
      let byte = buffer[at + last]
      if byte == needle[last], buffer[at...].starts(with: needle) { return at }
      at += skips[Int(byte)]
    }
    return nil
  }
}
