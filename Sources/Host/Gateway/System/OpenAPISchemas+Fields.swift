import Catalogue
import JSONRPC
import PluginProtocol

extension OpenAPISchemas {
  /// Rows in a shape: all members are always there.
  func shown(_ members: [ShapeMember], _ collection: CollectionSpec) -> JSON {
    let properties = members.map { ($0.name, property($0, collection)) }
    return ["type": "object", "properties": .object(JSONObject(properties)), "required": JSON(members.map(\.name))]
  }

  private func property(_ member: ShapeMember, _ collection: CollectionSpec) -> JSON {
    switch member {
    case .field(let name, _): return column(name, collection)
    case .lookup(_, let reference, let name):
      guard let target = target(of: reference, collection) else { return [:] }
      var object = column(name, target).object ?? [:]
      object["maxLength"] = nil
      let schema = JSONSchema(.object(object))
      return collection.field(reference)?.isNullable == true ? schema.orNull.json : schema.json
    case .one(_, let reference, let shape):
      guard let target = target(of: reference, collection) else { return [:] }
      let schema = JSONSchema(self.shape(shape, target))
      return collection.field(reference)?.isNullable == true ? schema.orNull.json : schema.json
    case .many(_, let name, _, let shape, _, _, _):
      return JSONSchema.array(JSONSchema(snapshot.collection(name).map { self.shape(shape, $0) } ?? [:])).json
    case .tree: return JSONSchema.array(.model(collection.model)).json
    case .count: return ["type": "integer", "minimum": 0]
    case .sum(_, let name, _, let field): return snapshot.collection(name).map { column(field, $0) } ?? ["type": "number"]
    case .isNull: return ["type": "boolean"]
    case .seconds: return ["type": ["number", "null"]]
    case .number: return ["type": "number"]
    case .value(_, let value): return value.bool == nil ? ["const": value] : ["type": "boolean"]
    case .path: return ["type": "string"]
    }
  }

  private func shape(_ shape: ShapeReference, _ collection: CollectionSpec) -> JSON {
    switch shape {
    case .named(let name): OpenAPISchemas.reference(self.name(collection, name))
    case .inline(let shape): shown(shape.members, collection)
    }
  }

  private func target(of reference: String, _ collection: CollectionSpec) -> CollectionSpec? {
    guard case .reference(let to, _) = collection.field(reference)?.type else { return nil }
    return snapshot.collection(to)
  }

  private func column(_ name: String, _ collection: CollectionSpec) -> JSON {
    if let field = collection.field(name) { return OpenAPISchemas.read(field, snapshot) }
    if name == "tenant" { return ["type": ["string", "null"], "format": "uuid"] }
    return collection.key == .uuid ? ["type": "string", "format": "uuid"] : ["type": "integer", "format": "int64"]
  }

  /// A column as it is shown.
  private static func read(_ field: FieldSpec, _ snapshot: CatalogueSnapshot) -> JSON {
    var schema = type(field, snapshot)
    if case .decimal(let digits, let places) = field.type { schema = JSONSchema.decimal(digits, places).json.object ?? [:] }
    return nullable(schema, field)
  }

  /// A column as it is written: decimals also as numbers.
  private static func write(_ field: FieldSpec, _ snapshot: CatalogueSnapshot, hasDefault: Bool) -> JSON {
    var schema = type(field, snapshot)
    if case .decimal = field.type { schema = ["type": ["string", "number"]] }
    if case .text = field.type, field.choices.isEmpty, !(field.isBlankAllowed ?? !field.isRequired) { schema["minLength"] = 1 }
    if hasDefault, !field.isRequired { schema["default"] = field.defaultValue }
    return nullable(schema, field)
  }

  private static func nullable(_ schema: JSONObject, _ field: FieldSpec) -> JSON {
    guard field.isNullable, let type = schema["type"]?.string else { return .object(schema) }
    return .object(schema.merging(["type": [.string(type), "null"]]))
  }

  private static func type(_ field: FieldSpec, _ snapshot: CatalogueSnapshot) -> JSONObject {
    var schema: JSONObject
    switch field.type {
    case .text: schema = ["type": "string"]
    case .integer: schema = ["type": "integer"]
    case .bigint: schema = ["type": "integer", "format": "int64"]
    case .float: schema = ["type": "number"]
    case .decimal: schema = ["type": "string"]
    case .boolean: schema = ["type": "boolean"]
    case .datetime: schema = ["type": "string", "format": "date-time"]
    case .uuid: schema = ["type": "string", "format": "uuid"]
    case .json where !field.items.isEmpty: schema = list(of: field.items, snapshot)
    case .json: schema = field.schema?.object ?? jsonType(field)
    case .reference(let to, _): schema = key(snapshot.keyType(of: to))
    }
    if !field.choices.isEmpty {
      schema["enum"] = JSON(field.choices)
    } else if let limit = field.maxLength {
      schema[field.items.isEmpty ? "maxLength" : "maxItems"] = .int(limit)
    }
    if let minimum = field.minimum { schema["minimum"] = .int(minimum) }
    if let maximum = field.maximum { schema["maximum"] = .int(maximum) }
    return schema
  }

  private static func list(of items: [FieldSpec], _ snapshot: CatalogueSnapshot) -> JSONObject {
    ["type": "array", "items": OpenAPISchemas(snapshot).written(items, nested: [], isPatch: false)]
  }

  private static func jsonType(_ field: FieldSpec) -> JSONObject {
    switch field.defaultValue {
    case .object: ["type": "object", "additionalProperties": true]
    case .array: ["type": "array", "items": [:]]
    default: [:]
    }
  }

  private static func key(_ type: FieldType?) -> JSONObject {
    switch type {
    case .uuid: ["type": "string", "format": "uuid"]
    case .text: ["type": "string"]
    default: ["type": "integer", "format": "int64"]
    }
  }

  /// What a create or change of a collection takes.
  func written(_ collection: CollectionSpec, without fixed: Set<String> = [], isPatch: Bool = false) -> JSON {
    written(collection.fields.filter { !fixed.contains($0.name) }, nested: collection.nested, isPatch: isPatch)
  }

  func written(_ fields: [FieldSpec], nested: [NestedSpec], isPatch: Bool) -> JSON {
    let writable = fields.filter { !$0.isReadOnly && $0.auto == nil }
    var properties = writable.map { ($0.wireName, OpenAPISchemas.write($0, snapshot, hasDefault: !isPatch)) }
    for list in nested {
      let item = snapshot.collection(list.collection)?.field(list.text).map { OpenAPISchemas.write($0, snapshot, hasDefault: false) }
      properties.append((list.name, JSONSchema.array(JSONSchema(item ?? ["type": "string"])).json))
    }
    var schema: JSONObject = ["type": "object", "properties": .object(JSONObject(properties))]
    let required = writable.filter(\.isRequired).map(\.wireName)
    if !required.isEmpty, !isPatch { schema["required"] = JSON(required) }
    return .object(schema)
  }

  /// A declared query parameter.
  static func parameter(_ field: FieldSpec, _ snapshot: CatalogueSnapshot) -> JSON {
    var schema = type(field, snapshot)
    schema["default"] = field.defaultValue
    return .object(schema)
  }

  /// A filter's parameter.
  static func filter(_ filter: FilterSpec, _ collection: CollectionSpec, _ snapshot: CatalogueSnapshot) -> JSON {
    if filter.op == .isnull || filter.reveals { return ["type": "boolean"] }
    guard let field = field(filter.field[...], collection, snapshot) else { return ["type": "string"] }
    var schema = type(field, snapshot)
    if filter.isLenient { schema["enum"] = nil }
    schema["maxLength"] = nil
    return .object(schema)
  }

  /// A field, also through references.
  private static func field(_ path: Substring, _ collection: CollectionSpec, _ snapshot: CatalogueSnapshot) -> FieldSpec? {
    guard let dot = path.firstIndex(of: ".") else { return collection.field(String(path)) }
    guard case .reference(let to, _) = collection.field(String(path[..<dot]))?.type, let target = snapshot.collection(to) else {
      return nil
    }
    return field(path[path.index(after: dot)...], target, snapshot)
  }
}
