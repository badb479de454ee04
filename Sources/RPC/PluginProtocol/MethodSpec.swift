public import JSONRPC

/// One RPC method of a plugin.
public struct MethodSpec: Sendable, Equatable {
  /// `capability.verb`.
  public var name: String
  /// One line for readers of the method's description.
  public var summary: String
  /// May be repeated after a crash without harm.
  public var idempotent: Bool
  /// May change something: the host stamps an operation id.
  public var mutating: Bool
  /// The longest it may take, in milliseconds.
  public var timeoutMilliseconds: Int
  /// JSON Schema of `params`; null = any object. It describes, the host checks nothing against it.
  public var params: JSON
  /// JSON Schema of `result`; null = any object.
  public var result: JSON

  /// - Parameters:
  ///   - name: `capability.verb`.
  ///   - summary: one line.
  ///   - idempotent: a call whose process ended may be repeated as it is.
  ///   - mutating: the same, under the `operation_id` that the host stamps (docs/PROTOCOL.md, section 5).
  ///   - timeoutMilliseconds: the deadline of a call, 1 to 86 400 000; callers may ask for less.
  ///   - params: JSON Schema; null = any object.
  ///   - result: JSON Schema; null = any object.
  public init(
    _ name: String, _ summary: String, idempotent: Bool = false, mutating: Bool = false, timeoutMilliseconds: Int = 30_000,
    params: JSON = .null, result: JSON = .null
  ) {
    self.name = name
    self.summary = summary
    self.idempotent = idempotent
    self.mutating = mutating
    self.timeoutMilliseconds = timeoutMilliseconds
    self.params = params
    self.result = result
  }

  /// The capability: what stands before the first dot.
  public var capability: String { String(name.prefix { $0 != "." }) }

  /// Reads the wire form (docs/PROTOCOL.md, section 5); only `name` is required, `timeout_ms` defaults to 30 000.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the object stands in the whole, for messages.
  /// - Throws: ``SpecError`` for a name without a dot, a timeout out of range, or a member that is unknown or of another type.
  public init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    name = try reader.require("name")
    guard name.contains(".") else { throw SpecError(reader.at("name"), "must be capability.verb, not \(name)") }
    summary = try reader.string("summary") ?? ""
    idempotent = try reader.bool("idempotent")
    mutating = try reader.bool("mutating")
    timeoutMilliseconds = try reader.int("timeout_ms") ?? 30_000
    guard (1...86_400_000).contains(timeoutMilliseconds) else { throw SpecError(reader.at("timeout_ms"), "must be 1 to 86400000") }
    params = reader.json("params") ?? .null
    result = reader.json("result") ?? .null
    try reader.finish()
  }

  /// The wire form (docs/PROTOCOL.md, section 5), every member written out.
  public var json: JSON {
    [
      "name": .string(name), "summary": .string(summary), "idempotent": .bool(idempotent), "mutating": .bool(mutating),
      "timeout_ms": .int(timeoutMilliseconds), "params": params, "result": result,
    ]
  }
}

/// An event a plugin publishes.
public struct EventSpec: Sendable, Equatable {
  /// The `type` of the event steps that write it, e.g. `execution_started` (docs/PROTOCOL.md, section 8.3).
  public var name: String
  /// One line that says when it is published; empty = nothing is said.
  public var summary: String

  /// - Parameters:
  ///   - name: the `type` of the events, snake_case.
  ///   - summary: one line that says when it is published.
  public init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }

  /// Reads `{"name","summary"}`; only `name` is required.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the object stands in the whole, for messages.
  /// - Throws: ``SpecError`` for a member that is missing, unknown or of another type.
  public init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    name = try reader.require("name")
    summary = try reader.string("summary") ?? ""
    try reader.finish()
  }

  /// The wire form: `{"name","summary"}`.
  public var json: JSON { ["name": .string(name), "summary": .string(summary)] }
}

/// A key of a plugin's `[config]` table.
public struct ConfigKeySpec: Sendable, Equatable {
  /// The key in the table, and the member of the config that `$/initialize` hands over.
  public var name: String
  /// `string`, `integer`, `boolean`, `number`, `list` or `table`.
  public var type: String
  /// What the plugin takes when the manifest does not say; null = nothing. The plugin puts it in itself.
  public var defaultValue: JSON
  /// One line for the operator who writes the manifest.
  public var summary: String

  /// - Parameters:
  ///   - name: the key in the table.
  ///   - type: `string`, `integer`, `boolean`, `number`, `list` or `table`.
  ///   - defaultValue: what the plugin takes when the manifest does not say; null = nothing.
  ///   - summary: one line for the operator.
  public init(_ name: String, _ type: String, default defaultValue: JSON = .null, _ summary: String) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.summary = summary
  }

  /// Reads `{"name","type","default","summary"}`; the first two are required.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the object stands in the whole, for messages.
  /// - Throws: ``SpecError`` for an unknown type, or a member that is missing, unknown or of another type.
  public init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    name = try reader.require("name")
    type = try reader.require("type")
    guard ["string", "integer", "boolean", "number", "list", "table"].contains(type) else {
      throw SpecError(reader.at("type"), "\(type) is not a type")
    }
    defaultValue = reader.json("default") ?? .null
    summary = try reader.string("summary") ?? ""
    try reader.finish()
  }

  /// The wire form: `{"name","type","default","summary"}`.
  public var json: JSON { ["name": .string(name), "type": .string(type), "default": defaultValue, "summary": .string(summary)] }
}
