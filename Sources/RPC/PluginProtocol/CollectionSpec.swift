public import JSONRPC

/// A kind of row: what storage keeps and the gateway serves (docs/PROTOCOL.md, section 8.5).
public struct CollectionSpec: Sendable, Equatable {
  /// snake_case, singular.
  public var name: String
  /// The name in messages: "No Task matches the given query."
  public var model: String
  /// Whose the rows are; ``Tenancy/owned`` unless said otherwise.
  public var tenancy: Tenancy
  /// What identifies a row; ``Key/serial`` unless said otherwise.
  public var key: Key
  /// What a row holds, without the `id` of a serial or UUID key and without `tenant`, which storage adds.
  public var fields: [FieldSpec]
  /// Default order: field names, `-` before one for descending.
  public var order: [String]
  /// What rows look like in answers, by name; ``shape(_:)`` says what stands for a `detail` or `list` that is not there.
  public var shapes: [String: Shape]
  /// What the list route may be filtered by.
  public var filters: [FilterSpec]
  /// What must differ between the rows of a tenant; violations are answered in this order (`not_unique`).
  public var unique: [UniqueSpec]
  /// Fields that lists are filtered and ordered by, one list an index; the tenant is put before them.
  public var indexes: [[String]]
  /// Lists of texts that clients write together with a row, each a row of another collection.
  public var nested: [NestedSpec]
  /// How many rows a tenant may have; nil = any number.
  public var quota: QuotaSpec?

  /// Whose the rows are.
  public enum Tenancy: String, Sendable {
    /// Every row belongs to one tenant.
    case owned
    /// A row without tenant is everybody's, read-only.
    case shared
    /// No tenant at all.
    case global
  }

  /// What identifies a row.
  public enum Key: Sendable, Equatable {
    /// An integer of 64 bits in `id`, counted up from 1 in the whole collection.
    case serial
    /// A UUID of version 4 in `id`, made by storage unless the values hold one.
    case uuid
    /// A field of the collection is its key.
    case field(String)
  }

  /// - Parameters:
  ///   - name: snake_case, singular; of a third party's plugin it begins with the plugin's id and `_`.
  ///   - model: the name in messages and in the interface description, e.g. `Task`.
  ///   - tenancy: whose the rows are.
  ///   - key: what identifies a row.
  ///   - fields: without the key's `id` and without `tenant`.
  ///   - order: field names, `-` before one for descending; empty = by key.
  ///   - shapes: by name; empty = `detail` and `list` show every field that is not private.
  ///   - filters: query parameters of the list route; empty = it takes none.
  ///   - unique: what must differ between the rows of a tenant.
  ///   - indexes: fields that lists are filtered and ordered by.
  ///   - nested: lists of texts that clients write together with a row.
  ///   - quota: how many rows a tenant may have; nil = any number.
  public init(
    _ name: String, model: String, tenancy: Tenancy = .owned, key: Key = .serial, fields: [FieldSpec], order: [String] = [],
    shapes: [String: Shape] = [:], filters: [FilterSpec] = [], unique: [UniqueSpec] = [], indexes: [[String]] = [],
    nested: [NestedSpec] = [],
    quota: QuotaSpec? = nil
  ) {
    self.name = name
    self.model = model
    self.tenancy = tenancy
    self.key = key
    self.fields = fields
    self.order = order
    self.shapes = shapes
    self.filters = filters
    self.unique = unique
    self.indexes = indexes
    self.nested = nested
    self.quota = quota
  }

  /// The name of the key's field.
  public var keyField: String { if case .field(let name) = key { name } else { "id" } }

  /// The field of this name, or nil.
  public func field(_ name: String) -> FieldSpec? { fields.first { $0.name == name } }

  /// A named shape; `detail` and `list` default to every field that is not private, the key first.
  public func shape(_ name: String) -> Shape? {
    if let shape = shapes[name] { return shape }
    guard name == "detail" || name == "list" else { return nil }
    var members: [ShapeMember] = fields.filter { !$0.isPrivate && $0.name != keyField }.map { .field($0.name, as: $0.name) }
    members.insert(.field(keyField, as: keyField), at: 0)
    return Shape(members)
  }
}

extension CollectionSpec {
  /// Reads the wire form (docs/PROTOCOL.md, section 8.5); only `name` is required, `model` defaults to it.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the object stands in the whole, for messages.
  /// - Throws: ``SpecError`` for a member that is unknown or of another type.
  public init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    name = try reader.require("name")
    model = try reader.string("model") ?? name
    let tenancyText = try reader.string("tenancy") ?? "owned"
    guard let tenancy = Tenancy(rawValue: tenancyText) else { throw SpecError(reader.at("tenancy"), "must be owned, shared or global") }
    self.tenancy = tenancy
    switch reader.json("key") {
    case nil, .string("serial"): key = .serial
    case .string("uuid"): key = .uuid
    case .object(let object):
      guard let field = object["field"]?.string else { throw SpecError(reader.at("key"), "must be serial, uuid or {\"field\": name}") }
      key = .field(field)
    default: throw SpecError(reader.at("key"), "must be serial, uuid or {\"field\": name}")
    }
    fields = try reader.list("fields", FieldSpec.init)
    order = try reader.strings("order")
    shapes = Dictionary(try reader.members("shapes", Shape.init)) { _, last in last }
    filters = try reader.list("filters", FilterSpec.init)
    unique = try reader.list("unique", UniqueSpec.init)
    indexes = try reader.list("indexes", CollectionSpec.names)
    nested = try reader.list("nested", NestedSpec.init)
    if let json = reader.json("quota"), !json.isNull { quota = try QuotaSpec(json: json, path: reader.at("quota")) }
    try reader.finish()
  }

  static func names(_ json: JSON, _ path: String) throws(SpecError) -> [String] {
    guard let items = json.array, !items.isEmpty else { throw SpecError(path, "must be a list of field names") }
    var names: [String] = []
    for item in items {
      guard let name = item.string else { throw SpecError(path, "must be a list of field names") }
      names.append(name)
    }
    return names
  }

  /// The wire form (docs/PROTOCOL.md, section 8.5), every member written out but an absent `quota`.
  public var json: JSON {
    let key: JSON =
      switch self.key {
      case .serial: "serial"
      case .uuid: "uuid"
      case .field(let name): ["field": .string(name)]
      }
    var json: JSONObject = [
      "name": .string(name), "model": .string(model), "tenancy": .string(tenancy.rawValue), "key": key,
      "fields": .array(fields.map(\.json)),
      "order": JSON(order), "shapes": .object(JSONObject(shapes.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })),
      "filters": .array(filters.map(\.json)), "unique": .array(unique.map(\.json)), "indexes": .array(indexes.map { JSON($0) }),
      "nested": .array(nested.map(\.json)),
    ]
    json["quota"] = quota?.json
    return .object(json)
  }
}
