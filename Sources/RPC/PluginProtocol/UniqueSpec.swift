public import JSONRPC

/// Fields that together must differ between the rows of a tenant.
public struct UniqueSpec: Sendable, Equatable, ExpressibleByArrayLiteral {
  /// The fields of the key, in the order in which messages name them; null is equal to nothing.
  public var fields: [String]
  /// A boolean field: only rows where it is true count. Nil = all rows.
  public var condition: String?

  /// - Parameters:
  ///   - fields: of the key.
  ///   - condition: a boolean field that is true where the key counts; nil = everywhere.
  public init(_ fields: [String], where condition: String? = nil) {
    self.fields = fields
    self.condition = condition
  }

  /// `["project", "agent"]`: a key of these fields over all rows.
  public init(arrayLiteral elements: String...) { self.init(elements) }

  /// Reads a list of fields, or `{"fields":[…],"where":"boolean_field"}`.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the key stands in the whole, for messages.
  /// - Throws: ``SpecError`` for an empty list, or a member that is missing, unknown or of another type.
  public init(json: JSON, path: String) throws(SpecError) {
    guard case .object = json else {
      self.init(try CollectionSpec.names(json, path))
      return
    }
    var reader = try SpecReader(json, path)
    self.init(try CollectionSpec.names(reader.json("fields") ?? .null, reader.at("fields")), where: try reader.require("where"))
    try reader.finish()
  }

  /// The wire form: a list of fields, or an object where there is a condition.
  public var json: JSON {
    guard let condition else { return JSON(fields) }
    return ["fields": JSON(fields), "where": .string(condition)]
  }
}
