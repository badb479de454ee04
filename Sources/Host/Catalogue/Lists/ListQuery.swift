package import JSONRPC
package import PluginProtocol

/// Ordering and filters of a list, read from its query string (contract http.md, section 4).
package struct ListQuery: Sendable, Equatable {
  /// A row that must be visible, or the filter that named it is refused.
  package struct RequiredRow: Sendable, Equatable {
    package let parameter: String
    package let collection: String
    package let key: JSON
  }

  package private(set) var filter: [Condition] = []
  /// Empty = the list's own order.
  package private(set) var order: [String] = []
  package private(set) var requiredRows: [RequiredRow] = []

  /// - Throws: ``FieldErrors`` by parameter.
  package init(_ query: QueryItems, _ collection: CollectionSpec, shape: Shape?, _ coercion: FieldCoercion) throws(FieldErrors) {
    var errors = FieldErrors()
    for spec in collection.filters {
      if spec.reveals {
        if query[spec.name] != "true" { filter.append(.eq(spec.field, true)) }
        continue
      }
      guard let text = query[spec.name], !text.isEmpty else { continue }
      guard !text.unicodeScalars.contains("\0") else {
        errors.add(spec.name, [Messages.nullCharacters])
        continue
      }
      do {
        try add(spec, text, collection, coercion)
      } catch {
        errors.add(spec.name, error.messages)
      }
    }
    guard errors.isEmpty else { throw errors }
    order = ListQuery.order(query["ordering"] ?? "", shape)
  }

  private mutating func add(
    _ spec: FilterSpec, _ text: String, _ collection: CollectionSpec, _ coercion: FieldCoercion
  ) throws(InvalidValue) {
    switch spec.op {
    case .isnull:
      if let flag = ListQuery.flag(text) { filter.append(.isNull(spec.field, flag)) }
      return
    case .contains:
      filter.append(.compare(field: spec.field, op: .contains, value: .string(text)))
      return
    default: break
    }
    guard let field = collection.field(spec.field) else {
      // A path through references or the key: storage knows the type.
      filter.append(.compare(field: spec.field, op: spec.op, value: ListQuery.plain(text)))
      return
    }
    switch field.type {
    case .boolean:
      guard let flag = spec.isLenient ? text == "true" : ListQuery.flag(text) else { return }
      filter.append(.compare(field: spec.field, op: spec.op, value: .bool(flag)))
    case .reference(let target, _):
      let key: JSON
      do { key = try coercion.coerce(.string(text), field.with { $0.isNullable = false }) } catch {
        throw InvalidValue(Messages.filterReference)
      }
      filter.append(.compare(field: spec.field, op: spec.op, value: key))
      if !spec.isLenient { requiredRows.append(RequiredRow(parameter: spec.name, collection: target, key: key)) }
    case .text:
      guard field.choices.isEmpty || spec.isLenient || field.choices.contains(text) else {
        throw InvalidValue(Messages.filterChoice(text))
      }
      filter.append(.compare(field: spec.field, op: spec.op, value: .string(text)))
    default:
      filter.append(.compare(field: spec.field, op: spec.op, value: try coercion.coerce(.string(text), field)))
    }
  }

  /// Any other word means no filter.
  private static func flag(_ text: String) -> Bool? {
    switch text {
    case "true", "True", "1": true
    case "false", "False", "0": false
    default: nil
    }
  }

  /// The query parameters by name, those that a route declares in wire form; nothing is said of others.
  ///
  /// - Throws: ``FieldErrors`` by parameter.
  package static func parameters(
    _ query: QueryItems, _ declared: [FieldSpec], _ coercion: FieldCoercion
  ) throws(FieldErrors) -> JSONObject {
    var values = JSONObject(query.items.map { ($0.name, .string($0.value)) })
    var errors = FieldErrors()
    for field in declared {
      // Any word that is no truth value means nothing said, as with filters.
      guard field.type != .boolean, let text = query[field.name], !text.isEmpty else { continue }
      guard field.choices.isEmpty || field.choices.contains(text) else {
        errors.add(field.name, [Messages.filterChoice(text)])
        continue
      }
      do {
        let value = try coercion.coerce(.string(text), field)
        values[field.name] = .string(value.string ?? value.text)
      } catch {
        errors.add(field.name, error.messages)
      }
    }
    guard errors.isEmpty else { throw errors }
    return values
  }

  private static func plain(_ text: String) -> JSON { Int64(text).map { .int($0) } ?? .string(text) }

  /// Plain columns of the representation, by the names it shows; anything else is ignored.
  private static func order(_ text: String, _ shape: Shape?) -> [String] {
    var columns: [String: String] = [:]
    for case .field(let field, let name) in shape?.members ?? [] { columns[name] = field }
    var seen: Set<String> = []
    return text.split(separator: ",").compactMap { part in
      let name = String(part).trimmed
      let isDescending = name.hasPrefix("-")
      guard let column = columns[isDescending ? String(name.dropFirst()) : name], seen.insert(column).inserted else { return nil }
      return isDescending ? "-\(column)" : column
    }
  }
}
