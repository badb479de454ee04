public import JSONRPC

/// A list of texts that a client writes as a member of a row: each becomes a row of another collection, in the order sent.
///
/// A create makes them, a change that names the member replaces them all, one that does not leaves them.
public struct NestedSpec: Sendable, Equatable {
  /// The member's name in bodies.
  public var name: String
  /// The collection whose rows hold the texts.
  public var collection: String
  /// The reference of that collection to this one.
  public var by: String
  /// The field that takes the text.
  public var text: String
  /// The integer field that takes the place in the list; nil = none.
  public var place: String?
  /// The rows hang on a row between, which a create makes with them; changes pass such a list over.
  public var through: Through?

  /// A row between a row and its texts.
  public struct Through: Sendable, Equatable {
    /// The collection of the row between.
    public var collection: String
    /// Its reference to the row that is written.
    public var by: String
    /// The field of the written row that points at it.
    public var link: String
    /// Its other values; `{"$ref":"row.name"}` is a field of the written row.
    public var values: JSONObject

    /// - Parameters:
    ///   - collection: of the row between.
    ///   - by: its reference to the row that is written.
    ///   - link: the field of the written row that points at the row between.
    ///   - values: its other values; `{"$ref":"row.name"}` is a field of the written row.
    public init(_ collection: String, by: String, link: String, values: JSONObject) {
      self.collection = collection
      self.by = by
      self.link = link
      self.values = values
    }
  }

  /// - Parameters:
  ///   - name: the member's name in bodies.
  ///   - collection: whose rows hold the texts.
  ///   - by: the reference of that collection to the written row, or to the row between.
  ///   - text: its field that takes the text.
  ///   - place: its integer field that takes the index in the list, from 0; nil = none.
  ///   - through: a row between; nil = none.
  public init(_ name: String, collection: String, by: String, text: String, place: String? = nil, through: Through? = nil) {
    self.name = name
    self.collection = collection
    self.by = by
    self.text = text
    self.place = place
    self.through = through
  }

  /// Reads the wire form (docs/PROTOCOL.md, section 8.5); `place` and `through` may be absent or null.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the object stands in the whole, for messages.
  /// - Throws: ``SpecError`` for a member that is missing, unknown or of another type.
  public init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    self.init(
      try reader.require("name"), collection: try reader.require("collection"), by: try reader.require("by"),
      text: try reader.require("text"), place: try reader.string("place"))
    if let json = reader.json("through"), !json.isNull {
      var inner = try SpecReader(json, reader.at("through"))
      through = Through(
        try inner.require("collection"), by: try inner.require("by"), link: try inner.require("link"),
        values: try inner.object("values") ?? [:])
      try inner.finish()
    }
    try reader.finish()
  }

  /// The wire form (docs/PROTOCOL.md, section 8.5); null stands for what is not there.
  public var json: JSON {
    [
      "name": .string(name), "collection": .string(collection), "by": .string(by), "text": .string(text), "place": JSON(place),
      "through": through.map {
        ["collection": .string($0.collection), "by": .string($0.by), "link": .string($0.link), "values": .object($0.values)]
      } ?? .null,
    ]
  }
}
