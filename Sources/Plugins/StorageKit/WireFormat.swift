package import JSONRPC
import PluginProtocol

/// How one value is written into a row (docs/PROTOCOL.md, section 7.1).
package enum WireFormat: Sendable, Hashable {
  case integer
  case text
  case boolean
  case datetime
  /// A scaled integer as a string with fixed places.
  case decimal(places: Int)
  /// A scaled integer as a JSON number.
  case number(places: Int)
  case float
  /// Text that is JSON already.
  case json
  /// Text that is a JSON array of all rows below one in a tree, to be nested as ``RowTree`` says.
  case tree(RowTree)

  /// The code in a plan's text, for engines that build nested rows themselves.
  var code: String {
    switch self {
    case .integer: "i"
    case .text: "s"
    case .boolean: "b"
    case .datetime: "t"
    case .decimal(let places): "d\(places)"
    case .number(let places): "n\(places)"
    case .float: "f"
    case .json: "j"
    case .tree(let tree): tree.code
    }
  }

  init?(code: Substring) {
    switch code.first {
    case "i": self = .integer
    case "s": self = .text
    case "b": self = .boolean
    case "t": self = .datetime
    case "f": self = .float
    case "j": self = .json
    case "d": self = .decimal(places: Int(code.dropFirst()) ?? 0)
    case "n": self = .number(places: Int(code.dropFirst()) ?? 0)
    case "r":
      guard let tree = RowTree(code: code) else { return nil }
      self = .tree(tree)
    default: return nil
    }
  }

  /// Appends the value's JSON text.
  package func write(_ value: SQLValue, to out: inout [UInt8]) {
    switch value {
    case .null: out.append(contentsOf: "null".utf8)
    case .integer(let number): write(number, to: &out)
    case .real(let number): write(number, to: &out)
    case .text(let text):
      switch self {
      case .json: out.append(contentsOf: text.utf8)
      case .tree(let tree): tree.write(text, to: &out)
      default: JSON.writeString(text, to: &out)
      }
    }
  }

  /// Appends an integer column.
  package func write(_ number: Int64, to out: inout [UInt8]) {
    switch self {
    case .boolean: out.append(contentsOf: (number != 0 ? "true" : "false").utf8)
    case .datetime:
      out.append(UInt8(ascii: "\""))
      WireDate.write(number, to: &out)
      out.append(UInt8(ascii: "\""))
    case .decimal(let places):
      out.append(UInt8(ascii: "\""))
      WireDecimal.write(number, places: places, to: &out)
      out.append(UInt8(ascii: "\""))
    case .number(let places): WireFormat.writeDouble(WireDecimal.double(Double(number), places: places), to: &out)
    case .float: WireFormat.writeDouble(Double(number), to: &out)
    case .integer, .text, .json, .tree: out.append(contentsOf: String(number).utf8)
    }
  }

  /// Appends a floating-point column.
  package func write(_ number: Double, to out: inout [UInt8]) {
    if case .number(let places) = self {
      WireFormat.writeDouble(WireDecimal.double(number, places: places), to: &out)
    } else {
      WireFormat.writeDouble(number, to: &out)
    }
  }

  private static func writeDouble(_ number: Double, to out: inout [UInt8]) {
    out.append(contentsOf: (JSONNumber(number)?.literal ?? "null").utf8)
  }

  /// The value as clients would see it.
  package func json(_ value: SQLValue) -> JSON {
    switch (self, value) {
    case (.text, .text(let text)): return .string(text)
    case (.integer, .integer(let number)): return .int(number)
    default: break
    }
    var bytes: [UInt8] = []
    write(value, to: &bytes)
    return (try? JSON(parsing: bytes)) ?? .null
  }
}
