import Logging
import PluginProtocol

/// One record of the host's log: `2026-01-02T03:04:05.678901Z info hivecore: line=… plugin=chat [Supervisor] plugin output`.
///
/// What clients and plugins said cannot end the line or command a terminal: control characters are written as escapes.
struct LogLine {
  let level: Logger.Level
  let label: String
  /// In the order they are written.
  let fields: [(name: String, value: String)]
  let source: String
  let message: String

  /// - Parameter time: microseconds since 1970.
  /// - Returns: the line with its line feed.
  func bytes(at time: Int64) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(512)
    WireDate.write(time, to: &line)
    line.append(UInt8(ascii: " "))
    line.append(contentsOf: level.rawValue.utf8)
    line.append(UInt8(ascii: " "))
    line.append(contentsOf: label.utf8)
    line.append(UInt8(ascii: ":"))
    for (name, value) in fields {
      line.append(UInt8(ascii: " "))
      Self.write(name, to: &line)
      line.append(UInt8(ascii: "="))
      Self.write(value, to: &line)
    }
    line.append(contentsOf: " [".utf8)
    line.append(contentsOf: source.utf8)
    line.append(contentsOf: "] ".utf8)
    Self.write(message, to: &line)
    line.append(UInt8(ascii: "\n"))
    return line
  }

  private static func write(_ text: String, to line: inout [UInt8]) {
    var index = line.count
    line.append(contentsOf: text.utf8)
    while index < line.count, !isControl(line[index]) { index += 1 }
    guard index < line.count else { return }
    let rest = Array(line[index...])
    line.removeLast(rest.count)
    for byte in rest { if isControl(byte) { line.append(contentsOf: escape(byte).utf8) } else { line.append(byte) } }
  }

  private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

  private static func escape(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\n"): "\\n"
    case UInt8(ascii: "\t"): "\\t"
    default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
