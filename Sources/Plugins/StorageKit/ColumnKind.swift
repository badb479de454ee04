package import PluginProtocol

/// What a column holds. A reference has the kind of the key it points at.
package enum ColumnKind: Sendable, Hashable {
  case text
  /// 32 bits.
  case integer
  case bigint
  case float
  /// A scaled integer: 12.30 with two places is 1230.
  case decimal(digits: Int, places: Int)
  case boolean
  /// Microseconds since 1970, UTC, on the wire between engine and driver.
  case datetime
  /// The text as it was sent.
  case json
  case uuid

  /// nil for references, whose kind depends on their target.
  package init?(_ type: FieldType) {
    switch type {
    case .text: self = .text
    case .integer: self = .integer
    case .bigint: self = .bigint
    case .float: self = .float
    case .decimal(let digits, let places): self = .decimal(digits: digits, places: places)
    case .boolean: self = .boolean
    case .datetime: self = .datetime
    case .json: self = .json
    case .uuid: self = .uuid
    case .reference: return nil
    }
  }

  /// How a row shows it (docs/PROTOCOL.md, section 7.1).
  package var format: WireFormat {
    switch self {
    case .text, .uuid: .text
    case .integer, .bigint: .integer
    case .float: .float
    case .decimal(_, let places): .decimal(places: places)
    case .boolean: .boolean
    case .datetime: .datetime
    case .json: .json
    }
  }

  /// How an aggregate shows it: decimals are numbers there.
  package var aggregateFormat: WireFormat {
    if case .decimal(_, let places) = self { .number(places: places) } else { format }
  }

  package var isNumeric: Bool {
    switch self {
    case .integer, .bigint, .float, .decimal: true
    default: false
    }
  }
}
