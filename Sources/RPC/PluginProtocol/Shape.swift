public import JSONRPC

/// What a row looks like in an answer: its members in order. One shape compiles to one statement.
public struct Shape: Sendable, Equatable {
  /// In the order in which they stand in an answer.
  public var members: [ShapeMember]

  /// - Parameter members: in the order in which they stand in an answer.
  public init(_ members: [ShapeMember]) { self.members = members }

  /// Plain fields under their own names.
  public static func fields(_ names: String...) -> Shape { Shape(names.map { .field($0, as: $0) }) }

  /// This shape with more members behind.
  public func adding(_ members: ShapeMember...) -> Shape { Shape(self.members + members) }
}

/// One member of a shape.
public indirect enum ShapeMember: Sendable, Equatable {
  /// A field of the row, under its own name or another.
  case field(String, as: String)
  /// A field of the row that `reference` points at; null when there is none.
  case lookup(String, reference: String, field: String)
  /// The row that `reference` points at, or null.
  case one(String, reference: String, shape: ShapeReference)
  /// The rows of another collection whose `by` points at this row.
  case many(
    String, collection: String, by: String, shape: ShapeReference, order: [String] = [], filter: [Condition] = [], limit: Int? = nil)
  /// The number of rows of another collection whose `by` points at this row, and that meet the filter.
  case count(String, collection: String, by: String, filter: [Condition] = [])
  /// The sum of a number field of the rows of another collection whose `by` points at this row; 0 when there are none.
  case sum(String, collection: String, by: String, field: String)
  /// Whether a field of the row is null, as true or false.
  case isNull(String, field: String)
  /// Seconds between two datetimes as a float; a missing end is now, a missing start gives null.
  case seconds(String, from: String, to: String)
  /// A decimal field as a JSON number.
  case number(String, field: String)
  /// The same JSON in every row.
  case value(String, JSON)
  /// Names from the root down to this row joined by `/`: `parent` refers to a tree of rows with a field `name`.
  case path(String, parent: String, name: String)
  /// In a tree of rows: those whose `parent` points at this row, in this same shape, and so on down; the shape must show key and parent.
  case tree(String, parent: String, order: [String] = [])

  /// The member's name in the answer.
  public var name: String {
    switch self {
    case .field(_, let name), .lookup(let name, _, _), .one(let name, _, _), .many(let name, _, _, _, _, _, _), .count(let name, _, _, _),
      .sum(let name, _, _, _), .isNull(let name, _), .seconds(let name, _, _), .number(let name, _), .value(let name, _),
      .path(let name, _, _), .tree(let name, _, _):
      name
    }
  }
}

/// A shape by name (of the other collection) or written out.
public enum ShapeReference: Sendable, Equatable, ExpressibleByStringLiteral {
  /// The shape of this name of the collection whose rows are shown; there must be one.
  case named(String)
  /// A shape written out in place.
  case inline(Shape)

  /// `"list"`: the shape of that name.
  public init(stringLiteral value: String) { self = .named(value) }

  /// Reads a name, or a list of members.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the reference stands in the whole, for messages.
  /// - Throws: ``SpecError`` for what is neither.
  public init(json: JSON, path: String) throws(SpecError) {
    if let name = json.string { self = .named(name) } else { self = .inline(try Shape(json: json, path: path)) }
  }

  /// The wire form: a text for a name, a list for a shape written out.
  public var json: JSON {
    switch self {
    case .named(let name): .string(name)
    case .inline(let shape): shape.json
    }
  }
}

extension ShapeMember: ExpressibleByStringLiteral {
  /// `"title"`: the field of that name, under its own name.
  public init(stringLiteral value: String) { self = .field(value, as: value) }
}
