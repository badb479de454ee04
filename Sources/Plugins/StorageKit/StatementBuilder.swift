import PluginProtocol

/// Collects the bound parameters and aliases of one statement, and keeps every table it names inside the scope.
struct StatementBuilder {
  let schema: Schema
  let dialect: any Dialect
  let scope: Scope
  private(set) var parameters: [SQLValue] = []
  private(set) var aliasCount = 0
  /// Every collection that was named, as often as it was.
  private(set) var collections: [String] = []
  private var tenantPlaceholder: String?

  init(schema: Schema, dialect: any Dialect, scope: Scope) {
    self.schema = schema
    self.dialect = dialect
    self.scope = scope
  }

  mutating func bind(_ value: SQLValue, _ kind: ColumnKind) -> String {
    parameters.append(value)
    return dialect.placeholder(parameters.count, kind)
  }

  mutating func alias() -> String {
    aliasCount += 1
    return "t\(aliasCount - 1)"
  }

  /// The condition under which a row may be seen; nil = always.
  ///
  /// - Throws: ``StorageError/denied(_:)`` without a tenant, unless the collection is global or the scope is the system's.
  mutating func visible(_ collection: StoredCollection, _ alias: String) throws(StorageError) -> String? {
    guard let tenant = try tenant(collection) else { return nil }
    let own = "\(alias).\"tenant\" = \(tenant)"
    return collection.spec.tenancy == .shared ? "(\(own) OR \(alias).\"tenant\" IS NULL)" : own
  }

  /// The condition under which a row may be changed; nil = always.
  mutating func writable(_ collection: StoredCollection, _ alias: String) throws(StorageError) -> String? {
    try tenant(collection).map { "\(alias).\"tenant\" = \($0)" }
  }

  private mutating func tenant(_ collection: StoredCollection) throws(StorageError) -> String? {
    guard collection.hasTenant, !scope.isSystem else { return nil }
    guard let tenant = scope.tenant else { throw .denied("\(collection.name) needs a tenant") }
    if let tenantPlaceholder { return tenantPlaceholder }
    let placeholder = bind(.text(tenant), .uuid)
    tenantPlaceholder = placeholder
    return placeholder
  }

  /// A column or a column behind references, and its kind.
  mutating func expression(_ path: String, of collection: StoredCollection, _ alias: String) throws(StorageError) -> (String, ColumnKind) {
    let (head, rest) = FieldPath.split(path)
    let field = try field(head, of: collection)
    let column = "\(alias).\(quoted(field.name))"
    guard let rest else { return (column, field.kind) }
    let target = try target(of: field, in: collection)
    let inner = self.alias()
    let (expression, kind) = try expression(rest, of: target, inner)
    return ("(SELECT \(expression) FROM \(quoted(target.name)) AS \(inner) WHERE \(inner).\(quoted(target.key.name)) = \(column))", kind)
  }

  func field(_ name: String, of collection: StoredCollection) throws(StorageError) -> StoredField {
    guard let field = collection.field(name) else { throw .malformed(SpecError("\(collection.name).\(name)", "is not a field")) }
    return field
  }

  mutating func target(of field: StoredField, in collection: StoredCollection) throws(StorageError) -> StoredCollection {
    let target: StoredCollection
    do { target = try schema.target(of: field, in: collection) } catch { throw .malformed(error) }
    return try readable(target)
  }

  mutating func collection(_ name: String) throws(StorageError) -> StoredCollection {
    let collection: StoredCollection
    do { collection = try schema.collection(name) } catch { throw .malformed(error) }
    return try readable(collection)
  }

  private mutating func readable(_ collection: StoredCollection) throws(StorageError) -> StoredCollection {
    try checkReadable(collection.name)
    collections.append(collection.name)
    return collection
  }

  private func checkReadable(_ name: String) throws(StorageError) {
    guard scope.collections?.mayRead(name) ?? true else { throw .denied("\(name) may not be read by this caller") }
  }

  /// Whether nothing was bound but the tenant, which is then the first parameter.
  var bindsTenantAtMost: Bool { parameters.count == (bindsTenant ? 1 : 0) }

  var bindsTenant: Bool { tenantPlaceholder != nil }

  /// Goes on behind a head that was built before, for whoever may read what it reads.
  mutating func resume(_ head: SelectionHead) throws(StorageError) {
    for name in head.collections { try checkReadable(name) }
    if head.bindsTenant { tenantPlaceholder = bind(SQLValue(scope.tenant), .uuid) }
    aliasCount = head.aliasCount
  }

  /// ` ORDER BY …`: the terms, the collection's own when there are none, and always the key, so that the order is total.
  mutating func orderBy(_ terms: [String], of collection: StoredCollection, _ alias: String) throws(StorageError) -> String {
    var parts: [String] = []
    var hasKey = false
    for term in terms.isEmpty ? collection.spec.order : terms {
      let isDescending = term.hasPrefix("-")
      let path = isDescending ? String(term.dropFirst()) : term
      let (expression, kind) = try expression(path, of: collection, alias)
      guard kind != .json else { throw .malformed(SpecError("\(collection.name).\(path)", "cannot be ordered by")) }
      hasKey = hasKey || path == collection.key.name || path == "$key"
      parts.append(dialect.orderTerm(expression, kind, isDescending: isDescending))
    }
    if !hasKey {
      parts.append(dialect.orderTerm("\(alias).\(quoted(collection.key.name))", collection.key.kind, isDescending: false))
    }
    return " ORDER BY " + parts.joined(separator: ", ")
  }

  /// ` WHERE …`, or nothing.
  mutating func whereClause(
    _ filter: [Condition], of collection: StoredCollection, _ alias: String, access: String?, also: [String] = []
  ) throws(StorageError) -> String {
    var parts = also
    if let access { parts.append(access) }
    for condition in filter { parts.append(try self.condition(condition, of: collection, alias)) }
    return parts.isEmpty ? "" : " WHERE " + parts.joined(separator: " AND ")
  }
}
