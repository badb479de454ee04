/// What a host of this protocol uses (docs/PROTOCOL.md, sections 2.1 and 4).
enum Playing {
  static let earlyFrameByteLimit = 65_536
  static let frameByteLimit = 1 << 20
  static let chunkByteLimit = 65_536
  static let windowByteCount = 1_048_576
  static let depthLimit = 64
}
