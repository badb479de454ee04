public import JSONRPC

/// How many rows of a collection a tenant may have; storage holds it in the transaction that adds them (docs/PROTOCOL.md, section 8.5).
public struct QuotaSpec: Sendable, Equatable {
  /// What the refusal calls it: `projects`.
  public var name: String
  /// The number field of the collection `tenant` that holds the limit; 0 there = any number.
  public var limit: String
  /// A reference of the collection: rows that point at the same row are counted together; nil = all rows of the tenant.
  public var per: String?

  /// - Parameters:
  ///   - name: what the refusal calls it, e.g. `projects`.
  ///   - limit: the number field of the collection `tenant` that holds the limit.
  ///   - per: a reference whose target's rows are counted together; nil = all rows of the tenant.
  public init(_ name: String, limit: String, per: String? = nil) {
    self.name = name
    self.limit = limit
    self.per = per
  }

  /// Reads `{"name","limit","per"}`; the first two are required.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the object stands in the whole, for messages.
  /// - Throws: ``SpecError`` for a member that is missing, unknown or of another type.
  public init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    name = try reader.require("name")
    limit = try reader.require("limit")
    per = try reader.string("per")
    try reader.finish()
  }

  /// The wire form: `{"name","limit"}`, with `per` where there is one.
  public var json: JSON {
    var json: JSONObject = ["name": .string(name), "limit": .string(limit)]
    json["per"] = per.map { .string($0) }
    return .object(json)
  }
}
