package import PluginProtocol

/// The merged collections, checked: every name, reference, order, filter, unique key and shape means something.
package struct Schema: Sendable {
  package let collections: [String: StoredCollection]
  /// In the order given.
  package let names: [String]
  let heads = SelectionHeads()

  /// As they were contributed.
  package var specs: [CollectionSpec] { names.compactMap { collections[$0]?.spec } }

  package static let empty = Schema(collections: [:], names: [])

  private init(collections: [String: StoredCollection], names: [String]) {
    self.collections = collections
    self.names = names
  }

  /// - Throws: ``SpecError`` whose path is `collection.field`.
  package init(_ specs: [CollectionSpec]) throws(SpecError) {
    let byName = Dictionary(specs.map { ($0.name, $0) }) { first, _ in first }
    var collections: [String: StoredCollection] = [:]
    for spec in specs {
      guard collections[spec.name] == nil else { throw SpecError(spec.name, "is contributed twice") }
      collections[spec.name] = try Schema.resolve(spec, byName)
    }
    self.init(collections: collections, names: specs.map(\.name))
    for name in names { try SchemaCheck(schema: self).check(try collection(name)) }
  }

  /// - Throws: ``SpecError`` when there is no such collection.
  package func collection(_ name: String) throws(SpecError) -> StoredCollection {
    guard let collection = collections[name] else { throw SpecError(name, "is not a known collection") }
    return collection
  }

  /// The collection a reference field points at.
  func target(of field: StoredField, in collection: StoredCollection) throws(SpecError) -> StoredCollection {
    guard let target = field.target else { throw SpecError("\(collection.name).\(field.name)", "is not a reference") }
    return try self.collection(target)
  }

  /// Every reference that points at a collection.
  func references(to name: String) -> [(collection: StoredCollection, field: StoredField)] {
    names.compactMap { collections[$0] }.flatMap { collection in
      collection.fields.filter { $0.target == name }.map { (collection, $0) }
    }
  }

  private static func resolve(_ spec: CollectionSpec, _ all: [String: CollectionSpec]) throws(SpecError) -> StoredCollection {
    guard isIdentifier(spec.name), !spec.name.hasPrefix("hive_"), !spec.name.hasPrefix("sqlite_"), !spec.name.hasPrefix("pg_") else {
      throw SpecError(spec.name, "is not a collection name: letters, digits and _, not starting with hive_, sqlite_ or pg_")
    }
    var fields: [StoredField] = []
    switch spec.key {
    case .serial: fields.append(StoredField(spec: FieldSpec("id", .bigint).immutable(), kind: .bigint, role: .serialKey))
    case .uuid: fields.append(StoredField(spec: FieldSpec("id", .uuid).immutable(), kind: .uuid, role: .uuidKey))
    case .field(let name):
      guard let field = spec.field(name) else { throw SpecError("\(spec.name).\(name)", "is named as the key but is no field") }
      guard !field.isNullable else { throw SpecError("\(spec.name).\(name)", "is the key and cannot be nullable") }
    }
    if spec.tenancy != .global {
      let tenant = FieldSpec("tenant", .uuid).immutable().with { $0.isNullable = spec.tenancy == .shared }
      fields.append(StoredField(spec: tenant, kind: .uuid, role: .tenant))
    }
    var seen = Set(fields.map(\.name))
    for field in spec.fields {
      let path = "\(spec.name).\(field.name)"
      guard isIdentifier(field.name) else { throw SpecError(path, "is not a field name: letters, digits and _") }
      guard seen.insert(field.name).inserted else { throw SpecError(path, "is there twice, or the name of an implicit field") }
      let role: StoredField.Role = spec.key == .field(field.name) ? .fieldKey : .plain
      fields.append(StoredField(spec: field, kind: try kind(of: field, path, all, depth: 0), role: role))
    }
    return StoredCollection(spec, fields: fields)
  }

  private static func kind(of field: FieldSpec, _ path: String, _ all: [String: CollectionSpec], depth: Int) throws(SpecError) -> ColumnKind
  {
    if let kind = ColumnKind(field.type) { return kind }
    guard case .reference(let to, let onDelete) = field.type, let target = all[to] else {
      throw SpecError(path, "refers to an unknown collection")
    }
    guard onDelete != .null || field.isNullable else { throw SpecError(path, "on_delete null needs a nullable reference") }
    switch target.key {
    case .serial: return .bigint
    case .uuid: return .uuid
    case .field(let name):
      guard depth < 8, let key = target.field(name) else { throw SpecError(path, "refers to \(to), whose key is no field") }
      return try kind(of: key, "\(to).\(name)", all, depth: depth + 1)
    }
  }

  static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first), name.utf8.count <= 63 else { return false }
    return name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
