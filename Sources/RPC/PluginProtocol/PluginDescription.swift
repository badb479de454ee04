public import JSONRPC

/// What a plugin contributes: its answer to `$/describe` (docs/PROTOCOL.md, section 5).
public struct PluginDescription: Sendable, Equatable {
  /// The capabilities it serves, e.g. `llm`.
  public var provides: [String]
  /// The methods that the host may call; the part before a name's first dot is one of ``provides``.
  public var methods: [MethodSpec]
  /// The rows it brings, merged with those of other plugins and handed to storage (docs/PROTOCOL.md, section 8.1).
  public var collections: [CollectionSpec]
  /// The HTTP routes it brings (docs/PROTOCOL.md, section 9).
  public var routes: [RouteSpec]
  /// The events it writes; one that is not listed is written all the same.
  public var events: [EventSpec]
  /// The keys it reads from `[config]` of its manifest, for operators; the host checks nothing against them.
  public var config: [ConfigKeySpec]
  /// JSON Schemas by name, for the answers of routes.
  public var schemas: JSONObject

  /// - Parameters:
  ///   - provides: capabilities, e.g. `llm`.
  ///   - methods: what can be called.
  ///   - collections: rows it brings.
  ///   - routes: HTTP routes it brings.
  ///   - events: events it writes.
  ///   - config: keys of its `[config]`.
  ///   - schemas: JSON Schemas by name, for answers of routes: `#/components/schemas/NAME`.
  public init(
    provides: [String], methods: [MethodSpec] = [], collections: [CollectionSpec] = [], routes: [RouteSpec] = [], events: [EventSpec] = [],
    config: [ConfigKeySpec] = [], schemas: JSONObject = [:]
  ) {
    self.provides = provides
    self.methods = methods
    self.collections = collections
    self.routes = routes
    self.events = events
    self.config = config
    self.schemas = schemas
  }

  /// Reads an answer to `$/describe`; every member may be absent and is empty then.
  ///
  /// - Throws: ``SpecError``, whose path leads to a member that is unknown or of another type.
  public init(json: JSON) throws(SpecError) {
    var reader = try SpecReader(json, "")
    provides = try reader.strings("provides")
    methods = try reader.list("methods", MethodSpec.init)
    collections = try reader.list("collections", CollectionSpec.init)
    routes = try reader.list("routes", RouteSpec.init)
    events = try reader.list("events", EventSpec.init)
    config = try reader.list("config", ConfigKeySpec.init)
    schemas = try reader.object("schemas") ?? [:]
    try reader.finish()
  }

  /// The answer to `$/describe` (docs/PROTOCOL.md, section 5), every member written out.
  public var json: JSON {
    [
      "provides": JSON(provides), "methods": .array(methods.map(\.json)), "collections": .array(collections.map(\.json)),
      "routes": .array(routes.map(\.json)), "events": .array(events.map(\.json)), "config": .array(config.map(\.json)),
      "schemas": .object(schemas),
    ]
  }
}
