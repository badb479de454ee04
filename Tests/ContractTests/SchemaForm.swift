import JSONRPC

/// A JSON Schema brought into one form, so that two ways to say the same thing compare equal: references followed, `allOf` merged,
/// `const` a list of one, `anyOf` with null a nullable type.
indirect enum SchemaForm: Equatable {
  /// Anything, or a schema within itself.
  case any
  case value(Value)
  case either([SchemaForm])

  struct Value: Equatable {
    var types: Set<String> = []
    var choices: Set<String>?
    var format: String?
    var maxLength: Int64?
    var minLength: Int64?
    var minimum: Int64?
    var maximum: Int64?
    var items: SchemaForm?
    var properties: [String: SchemaForm] = [:]
    var required: Set<String> = []
  }

  init(_ schema: JSON, of document: JSON, within: Set<String> = []) {
    if let reference = schema["$ref"].string {
      let name = String(reference.split(separator: "/").last ?? "")
      guard !within.contains(name) else {
        self = .any
        return
      }
      self.init(document["components"]["schemas"][name], of: document, within: within.union([name]))
      return
    }
    if let all = schema["allOf"].array {
      self = all.map { SchemaForm($0, of: document, within: within) }.reduce(.any) { $0.merged(with: $1) }
      return
    }
    if let any = schema["anyOf"].array {
      self = .either(of: any, document, within)
      return
    }
    guard let object = schema.object, object["type"] != nil || object["enum"] != nil || object["const"] != nil else {
      self = .any
      return
    }
    self = .value(Value(schema, of: document, within: within))
  }

  private static func either(of schemas: [JSON], _ document: JSON, _ within: Set<String>) -> SchemaForm {
    let forms = schemas.filter { $0["type"] != "null" }.map { SchemaForm($0, of: document, within: within) }
    let isNullable = forms.count < schemas.count
    guard forms.count == 1, case .value(var value)? = forms.first else { return forms.count == 1 ? .any : .either(forms) }
    if isNullable { value.types.insert("null") }
    return .value(value)
  }

  private func merged(with other: SchemaForm) -> SchemaForm {
    guard case .value(var left) = self, case .value(let right) = other else { return self == .any ? other : self }
    left.types.formUnion(right.types)
    left.properties.merge(right.properties) { $1 }
    left.required.formUnion(right.required)
    return .value(left)
  }
}

extension SchemaForm.Value {
  init(_ schema: JSON, of document: JSON, within: Set<String>) {
    types = Set(schema["type"].string.map { [$0] } ?? (schema["type"].array ?? []).compactMap(\.string))
    if let values = schema["enum"].array { choices = Set(values.map { $0.string ?? $0.text }) }
    if let value = schema.object?["const"] {
      choices = [value.string ?? value.text]
      if types.isEmpty { types = [value.string != nil ? "string" : value.bool != nil ? "boolean" : "number"] }
    }
    // What says nothing about the values a client meets.
    if let text = schema["format"].string, !["int32", "uri", "password"].contains(text) { format = text }
    maxLength = schema["maxLength"].int
    minLength = schema["minLength"].int
    minimum = schema["minimum"].int
    maximum = schema["maximum"].int
    if let inner = schema.object?["items"] { items = SchemaForm(inner, of: document, within: within) }
    for (name, inner) in schema["properties"].object?.members ?? [] { properties[name] = SchemaForm(inner, of: document, within: within) }
    required = Set((schema["required"].array ?? []).compactMap(\.string))
  }
}
