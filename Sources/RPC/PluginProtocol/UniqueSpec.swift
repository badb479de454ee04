public import JSONRPC

/// Fields that together must differ between the rows of a tenant.
public struct UniqueSpec: Sendable, Equatable, ExpressibleByArrayLiteral {
  public var fields: [String]
  /// A boolean field: only rows where it is true count. Nil = all rows.
  public var condition: String?

  public init(_ fields: [String], where condition: String? = nil) {
    self.fields = fields
    self.condition = condition
  }

  public init(arrayLiteral elements: String...) { self.init(elements) }

  public init(json: JSON, path: String) throws(SpecError) {
    guard case .object = json else {
      self.init(try CollectionSpec.names(json, path))
      return
    }
    var reader = try SpecReader(json, path)
    self.init(try CollectionSpec.names(reader.json("fields") ?? .null, reader.at("fields")), where: try reader.require("where"))
    try reader.finish()
  }

  public var json: JSON {
    guard let condition else { return JSON(fields) }
    return ["fields": JSON(fields), "where": .string(condition)]
  }
}
