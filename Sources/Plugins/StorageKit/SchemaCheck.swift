import PluginProtocol

/// Looks for names that mean nothing in a collection, before anything is stored in it.
struct SchemaCheck {
  let schema: Schema

  func check(_ collection: StoredCollection) throws(SpecError) {
    let name = collection.name
    for field in collection.fields {
      try tenancy(of: field, in: collection)
      try rules(of: field, in: collection)
    }
    for nested in collection.spec.nested { try check(nested, of: collection) }
    switch collection.key.kind {
    case .text, .uuid, .bigint, .integer: break
    default: throw SpecError("\(name).\(collection.key.name)", "cannot be the key")
    }
    for term in collection.spec.order { _ = try field(String(term.drop { $0 == "-" }), of: collection) }
    for filter in collection.spec.filters {
      let field = try field(filter.field, of: collection)
      guard filter.op != .contains || field.kind == .text else { throw SpecError("\(name).\(filter.field)", "contains needs a text field") }
    }
    for key in collection.spec.unique { try condition(of: key, in: collection) }
    for names in collection.spec.unique.map(\.fields) + collection.spec.indexes {
      for column in names {
        guard let field = collection.field(column), field.kind != .json else {
          throw SpecError("\(name).\(column)", "cannot be in a unique key or an index")
        }
      }
    }
    for (shapeName, shape) in collection.spec.shapes.sorted(by: { $0.key < $1.key }) {
      try check(shape, of: collection, "\(name).shapes.\(shapeName)")
    }
  }

  /// A row may only refer to rows that its tenant can see.
  private func tenancy(of field: StoredField, in collection: StoredCollection) throws(SpecError) {
    guard let name = field.target else { return }
    let target = try schema.collection(name)
    let isAllowed =
      switch (collection.spec.tenancy, target.spec.tenancy) {
      case (_, .global), (.owned, _), (.shared, .shared): true
      default: false
      }
    guard isAllowed else {
      throw SpecError(
        "\(collection.name).\(field.name)", "a \(collection.spec.tenancy) collection cannot refer to a \(target.spec.tenancy) one")
    }
  }

  /// The names in what a reference demands of its target.
  private func rules(of field: StoredField, in collection: StoredCollection) throws(SpecError) {
    guard let name = field.target else { return }
    let target = try schema.collection(name)
    for (theirs, own) in field.spec.matching {
      guard let left = target.field(theirs), let right = collection.field(own), left.kind == right.kind else {
        throw SpecError("\(collection.name).\(field.name).matching", "\(name).\(theirs) and \(own) cannot be compared")
      }
    }
    guard field.spec.levelLimit == nil || name == collection.name else {
      throw SpecError("\(collection.name).\(field.name).max_levels", "is for references to the same collection")
    }
    for case .compare(let path, _, _) in field.spec.holds ?? [] { _ = try self.field(path, of: collection) }
  }

  private func condition(of key: UniqueSpec, in collection: StoredCollection) throws(SpecError) {
    guard let name = key.condition else { return }
    guard let field = collection.field(name), field.kind == .boolean, !field.isNullable else {
      throw SpecError("\(collection.name).unique.where", "\(name) must be a boolean field that is never null")
    }
  }

  private func check(_ nested: NestedSpec, of collection: StoredCollection) throws(SpecError) {
    let path = "\(collection.name).nested.\(nested.name)"
    let child = try schema.collection(nested.collection)
    let owner = nested.through?.collection ?? collection.name
    guard child.field(nested.by)?.target == owner else { throw SpecError(path, "\(nested.by) does not refer to \(owner)") }
    if let through = nested.through {
      let between = try schema.collection(through.collection)
      guard between.field(through.by)?.target == collection.name, collection.field(through.link)?.target == through.collection else {
        throw SpecError(path, "\(through.by) and \(through.link) do not join \(collection.name) and \(through.collection)")
      }
    }
    guard child.field(nested.text)?.kind == .text else { throw SpecError(path, "\(nested.text) is not a text field") }
    if let place = nested.place {
      guard child.field(place)?.kind == .integer else { throw SpecError(path, "\(place) is not an integer field") }
    }
  }

  /// A field, also through references.
  private func field(_ path: String, of collection: StoredCollection) throws(SpecError) -> StoredField {
    let (head, rest) = FieldPath.split(path)
    guard let field = collection.field(head) else { throw SpecError("\(collection.name).\(head)", "is not a field") }
    guard let rest else { return field }
    return try self.field(rest, of: schema.target(of: field, in: collection))
  }

  private func check(_ shape: Shape, of collection: StoredCollection, _ path: String) throws(SpecError) {
    // Compiling finds every unknown name, wrong type and endless nesting; the result is thrown away.
    var builder = StatementBuilder(schema: schema, dialect: SQLiteDialect(), scope: .system(now: 0))
    do { _ = try builder.members(shape, of: collection, alias: "t0", depth: 0) } catch {
      throw SpecError(path, error.message)
    }
  }
}

/// `execution_round.project`: a field behind a reference.
enum FieldPath {
  static func split(_ path: String) -> (head: String, rest: String?) {
    guard let dot = path.firstIndex(of: ".") else { return (path, nil) }
    return (String(path[..<dot]), String(path[path.index(after: dot)...]))
  }
}
