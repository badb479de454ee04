public import JSONRPC

/// A query parameter of a list route.
public struct FilterSpec: Sendable, Equatable {
  /// The parameter's name.
  public var name: String
  /// The field, also through references: `execution_round.project`.
  public var field: String
  /// How the parameter's value is compared with the field.
  public var op: Condition.Op
  /// A reference that leads nowhere, or a choice that is none, matches nothing instead of being an error;
  /// of a boolean every word but `true` means false, where a strict one takes no notice of words that are neither.
  public var isLenient: Bool
  /// The list is narrowed to rows whose (boolean) field is true unless the parameter is `true`.
  public var reveals: Bool

  /// - Parameters:
  ///   - name: the parameter's name.
  ///   - field: what it is compared with, also through references; nil = the field called like the parameter.
  ///   - op: how it is compared.
  ///   - isLenient: what is wrong matches nothing, instead of being a 400.
  ///   - reveals: only rows whose field is true are listed unless the parameter is `true`.
  public init(_ name: String, field: String? = nil, op: Condition.Op = .eq, isLenient: Bool = false, reveals: Bool = false) {
    self.name = name
    self.field = field ?? name
    self.op = op
    self.isLenient = isLenient
    self.reveals = reveals
  }

  /// Reads a name, which means equality with the field of that name, or the object form (docs/PROTOCOL.md, section 8.5).
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the filter stands in the whole, for messages.
  /// - Throws: ``SpecError`` for an unknown operator or member, or a missing name.
  public init(json: JSON, path: String) throws(SpecError) {
    if let name = json.string {
      self.init(name)
      return
    }
    var reader = try SpecReader(json, path)
    let name = try reader.require("name")
    let opText = try reader.string("op") ?? "eq"
    guard let op = Condition.Op(rawValue: opText) else { throw SpecError(reader.at("op"), "\(opText) is not an operator") }
    self.init(
      name, field: try reader.string("field"), op: op, isLenient: try reader.bool("lenient"), reveals: try reader.bool("reveals"))
    try reader.finish()
  }

  /// The object form (docs/PROTOCOL.md, section 8.5), every member written out.
  public var json: JSON {
    [
      "name": .string(name), "field": .string(field), "op": .string(op.rawValue), "lenient": .bool(isLenient), "reveals": .bool(reveals),
    ]
  }
}

extension FilterSpec: ExpressibleByStringLiteral {
  /// `"status"`: the parameter must equal the field of the same name.
  public init(stringLiteral value: String) { self.init(value) }
}
