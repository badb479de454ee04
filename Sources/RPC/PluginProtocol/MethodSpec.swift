public import JSONRPC

/// One RPC method of a plugin.
public struct MethodSpec: Sendable, Equatable {
  /// `capability.verb`.
  public var name: String
  public var summary: String
  /// May be repeated after a crash without harm.
  public var idempotent: Bool
  /// May change something: the host stamps an operation id.
  public var mutating: Bool
  /// The longest it may take, in milliseconds.
  public var timeoutMilliseconds: Int
  /// JSON Schema of `params` and `result`; null = any object.
  public var params: JSON
  public var result: JSON

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

  public var json: JSON {
    [
      "name": .string(name), "summary": .string(summary), "idempotent": .bool(idempotent), "mutating": .bool(mutating),
      "timeout_ms": .int(timeoutMilliseconds), "params": params, "result": result,
    ]
  }
}

/// An event a plugin publishes.
public struct EventSpec: Sendable, Equatable {
  public var name: String
  public var summary: String

  public init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }

  public init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    name = try reader.require("name")
    summary = try reader.string("summary") ?? ""
    try reader.finish()
  }

  public var json: JSON { ["name": .string(name), "summary": .string(summary)] }
}

/// A key of a plugin's `[config]` table.
public struct ConfigKeySpec: Sendable, Equatable {
  public var name: String
  /// `string`, `integer`, `boolean`, `number`, `list` or `table`.
  public var type: String
  public var defaultValue: JSON
  public var summary: String

  public init(_ name: String, _ type: String, default defaultValue: JSON = .null, _ summary: String) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.summary = summary
  }

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

  public var json: JSON { ["name": .string(name), "type": .string(type), "default": defaultValue, "summary": .string(summary)] }
}
