public import JSONRPC
public import PluginProtocol

/// Storage as a plugin sees it: typed reads and transactions over the capability `storage`, on behalf of whoever the host speaks for.
public struct Storage: Sendable {
  private let host: Host
  private let system: Bool

  /// - Parameters:
  ///   - host: a request's host (its tenant's rows) or one with a job cause.
  ///   - system: all rows of all tenants; needs the grant `system`.
  public init(_ host: Host, system: Bool = false) {
    self.host = host
    self.system = system
  }

  /// The answer to any read.
  public func read(_ read: StorageRead) async throws(RPCError) -> JSON {
    try await host.call("storage.read", read.json, system: system)
  }

  /// The rows that match.
  public func rows(_ selection: StorageRead.Selection) async throws(RPCError) -> [JSON] {
    try await read(.select(selection))["rows"].array ?? []
  }

  /// The first row that matches, or nil.
  public func row(_ selection: StorageRead.Selection) async throws(RPCError) -> JSON? {
    let row = try await read(.get(selection))["row"]
    return row.isNull ? nil : row
  }

  /// The row with this key, or nil.
  public func row(_ collection: String, key: JSON, shape: ShapeReference = "detail") async throws(RPCError) -> JSON? {
    try await row(.init(collection, filter: [.eq("$key", key)], shape: shape))
  }

  /// The number of rows that match.
  public func count(_ collection: String, filter: [Condition]) async throws(RPCError) -> Int {
    Int(try await read(.count(collection: collection, filter: filter))["count"].int ?? 0)
  }

  /// Runs the steps, all or nothing.
  ///
  /// Within a request that has an `operation_id` the transactions are numbered after it, so that a request the host repeats after a crash
  /// changes nothing twice. Make them one after the other, then, and name them
  /// yourself where a repeated request may skip one that it finds done.
  ///
  /// - Parameters:
  ///   - steps: in this order.
  ///   - operationID: makes the call repeatable by this plugin, e.g. after a restart; nil = after the request, or the host's own.
  /// - Returns: one result a step.
  /// - Throws: application errors `not_unique`, `no_reference`, `expectation`, … of docs/PROTOCOL.md, section 8.3.
  @discardableResult
  public func transact(_ steps: [StorageStep], operationID: String? = nil) async throws(RPCError) -> [JSON] {
    let params: JSON = ["steps": .array(steps.map(\.json))]
    let id = operationID ?? host.operations?.next()
    return try await host.call("storage.transact", params, operationID: id, system: system)["results"].array ?? []
  }
}
