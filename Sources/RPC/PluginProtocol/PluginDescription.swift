public import JSONRPC

/// What a plugin contributes: its answer to `$/describe` (docs/PROTOCOL.md, section 5).
public struct PluginDescription: Sendable, Equatable {
  /// The capabilities it serves, e.g. `llm`.
  public var provides: [String]
  public var methods: [MethodSpec]
  public var collections: [CollectionSpec]
  public var routes: [RouteSpec]
  public var events: [EventSpec]
  public var config: [ConfigKeySpec]
  /// JSON Schemas by name, for the answers of routes.
  public var schemas: JSONObject

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

  public var json: JSON {
    [
      "provides": JSON(provides), "methods": .array(methods.map(\.json)), "collections": .array(collections.map(\.json)),
      "routes": .array(routes.map(\.json)), "events": .array(events.map(\.json)), "config": .array(config.map(\.json)),
      "schemas": .object(schemas),
    ]
  }
}
