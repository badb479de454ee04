import JSONRPC
import PluginProtocol

/// A storage as plain as can be: lists of rows in memory, every rule written out, nothing fast. What a driver does must equal it.
struct ModelStore {
  struct Row {
    var tenant: String?
    /// In wire form, the key among them.
    var values: [String: JSON]
  }

  struct Failure: Error, Equatable {
    let code: String
    /// The field or fields it names, where the contract says so.
    var named: JSON = .null
  }

  let specs: [String: CollectionSpec]
  var rows: [String: [Row]] = [:]
  /// Whose rows are seen; nil = everybody's.
  var tenant: String?

  init(_ collections: [CollectionSpec]) {
    specs = Dictionary(collections.map { ($0.name, $0) }) { first, _ in first }
  }

  func spec(_ name: String) -> CollectionSpec { specs[name] ?? CollectionSpec(name, model: name, fields: []) }

  func key(_ name: String) -> String { spec(name).keyField }

  func isVisible(_ row: Row, in name: String) -> Bool {
    guard let tenant else { return true }
    switch spec(name).tenancy {
    case .global: return true
    case .owned: return row.tenant == tenant
    case .shared: return row.tenant == tenant || row.tenant == nil
    }
  }

  func isWritable(_ row: Row, in name: String) -> Bool { tenant == nil || spec(name).tenancy == .global || row.tenant == tenant }

  func visible(_ name: String) -> [Row] { rows[name, default: []].filter { isVisible($0, in: name) } }

  /// The row a reference field points at.
  func row(behind field: String, of row: Row, in name: String) -> (row: Row, collection: String)? {
    guard case .reference(let to, _)? = spec(name).field(field)?.type, let value = row.values[field], !value.isNull else { return nil }
    return rows[to, default: []].first { $0.values[key(to)] == value }.map { ($0, to) }
  }

  func value(_ path: String, of row: Row, in name: String) -> JSON {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return row.values[parts[0] == "$key" ? key(name) : parts[0]] ?? .null }
    guard let target = self.row(behind: parts[0], of: row, in: name) else { return .null }
    return value(parts[1], of: target.row, in: target.collection)
  }

  func type(_ path: String, in name: String) -> FieldType {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    guard let head = parts.first, let field = spec(name).field(head) else { return spec(name).key == .serial ? .bigint : .uuid }
    guard parts.count == 2, case .reference(let to, _) = field.type else { return field.type }
    return type(parts[1], in: to)
  }

  func matches(_ row: Row, _ filter: [Condition], in name: String) -> Bool {
    filter.allSatisfy { condition in
      switch condition {
      case .any(let groups): groups.contains { matches(row, $0, in: name) }
      case .compare(let path, let op, let wanted):
        compare(value(path, of: row, in: name), op, wanted, type(path, in: name))
      }
    }
  }

  private func compare(_ value: JSON, _ op: Condition.Op, _ wanted: JSON, _ type: FieldType) -> Bool {
    let order = { ModelValue.order(value, ModelValue.wire(wanted, type), type) }
    switch op {
    case .eq: return order() == 0
    case .ne: return order() != 0
    case .lt: return !value.isNull && !wanted.isNull && order() < 0
    case .le: return !value.isNull && !wanted.isNull && order() <= 0
    case .gt: return !value.isNull && !wanted.isNull && order() > 0
    case .ge: return !value.isNull && !wanted.isNull && order() >= 0
    case .in: return (wanted.array ?? []).contains { ModelValue.order(value, ModelValue.wire($0, type), type) == 0 }
    case .isnull: return value.isNull == (wanted.bool ?? true)
    case .contains:
      guard let text = value.string?.lowercased(), let part = wanted.string?.lowercased() else { return false }
      return part.isEmpty || text.utf8.indices.contains { text.utf8[$0...].starts(with: part.utf8) }
    }
  }

  func sorted(_ rows: [Row], by order: [String], in name: String) -> [Row] {
    let terms = (order.isEmpty ? spec(name).order : order) + ["$key"]
    return rows.sorted { left, right in
      for term in terms {
        let path = String(term.drop { $0 == "-" })
        let order = ModelValue.order(value(path, of: left, in: name), value(path, of: right, in: name), type(path, in: name))
        if order != 0 { return (order < 0) != term.hasPrefix("-") }
      }
      return false
    }
  }
}

/// Values in wire form.
enum ModelValue {
  /// A decimal as a whole number of its smallest unit.
  static func scaled(_ json: JSON, places: Int) -> Int64 {
    let literal: String
    if case .number(let number) = json { literal = number.literal } else { literal = json.string ?? "0" }
    let parts = literal.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    let digits = String(parts[0]) + fraction.prefix(places) + String(repeating: "0", count: max(0, places - fraction.count))
    return (literal.hasPrefix("-") ? -1 : 1) * (Int64(digits) ?? 0)
  }

  static func decimal(_ scaled: Int64, places: Int) -> JSON {
    var digits = String(scaled.magnitude)
    while digits.count <= places { digits = "0" + digits }
    let point = digits.index(digits.endIndex, offsetBy: -places)
    return .string((scaled < 0 ? "-" : "") + digits[..<point] + (places > 0 ? "." : "") + digits[point...])
  }

  static func double(_ scaled: Int64, places: Int) -> JSON {
    var unit = 1.0
    for _ in 0..<places { unit *= 10 }
    return .double(Double(scaled) / unit)
  }

  /// As a row shows it.
  static func wire(_ json: JSON, _ type: FieldType) -> JSON {
    guard !json.isNull else { return .null }
    switch type {
    case .decimal(_, let places): return decimal(scaled(json, places: places), places: places)
    case .float: return .double(json.double ?? 0)
    default: return json
    }
  }

  /// Below, equal or above 0; null is the smallest.
  static func order(_ left: JSON, _ right: JSON, _ type: FieldType) -> Int {
    if left.isNull || right.isNull { return (left.isNull ? 0 : 1) - (right.isNull ? 0 : 1) }
    if case .decimal(_, let places) = type { return sign(scaled(left, places: places), scaled(right, places: places)) }
    if let a = left.string, let b = right.string {
      return a == b ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
    }
    if let a = left.bool, let b = right.bool { return sign(a ? 1 : 0, b ? 1 : 0) }
    return sign(left.double ?? 0, right.double ?? 0)
  }

  private static func sign<T: Comparable>(_ left: T, _ right: T) -> Int { left == right ? 0 : left < right ? -1 : 1 }
}
