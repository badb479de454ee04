import Catalogue
import JSONRPC
import Logging
import NIOCore
import PluginProtocol
import Router
import Supervisor

/// Takes what plugins contribute into the catalogue and lets storage know the collections, one plugin at a time.
actor CatalogueKeeper {
  private static let migrationTimeout: TimeAmount = .seconds(60)

  private let catalogue: LiveCatalogue
  private let router: MessageRouter
  private let logger: Logger
  /// By plugin; an unchanged description after a restart costs nothing.
  private var accepted: [String: PluginDescription] = [:]
  private let isThirdParty: @Sendable (_ plugin: String) -> Bool

  init(catalogue: LiveCatalogue, router: MessageRouter, logger: Logger, isThirdParty: @escaping @Sendable (_ plugin: String) -> Bool) {
    self.catalogue = catalogue
    self.router = router
    self.logger = logger
    self.isThirdParty = isThirdParty
  }

  /// The collections every storage must know, as params of `storage.migrate`.
  var collections: JSON { Self.params(catalogue.snapshot) }

  private static func params(_ snapshot: CatalogueSnapshot) -> JSON { ["collections": .array(snapshot.collections.map(\.json))] }

  /// A new version of a plugin described itself beside the old one: storage learns its collections, and nothing else changes yet.
  func examined(_ plugin: String, _ description: PluginDescription) async throws(RPCError) {
    let snapshot: CatalogueSnapshot
    do {
      snapshot = try catalogue.examine(description, of: plugin, origin: isThirdParty(plugin) ? .thirdParty : .own)
    } catch {
      throw RPCError(.invalidParams, "\(error)")
    }
    // Until one of the two is gone, both may use their collections.
    await router.own(plugin, ((accepted[plugin]?.collections ?? []) + description.collections).map(\.name))
    if accepted[plugin]?.collections != description.collections { try await migrate(description, Self.params(snapshot)) }
  }

  /// A plugin described itself; it may open its resources once this returns.
  func described(_ plugin: String, _ description: PluginDescription) async throws(RPCError) {
    guard accepted[plugin] != description else { return await router.own(plugin, description.collections.map(\.name)) }
    do {
      try catalogue.accept(description, of: plugin, origin: isThirdParty(plugin) ? .thirdParty : .own)
    } catch {
      throw RPCError(.invalidParams, "\(error)")
    }
    accepted[plugin] = description
    await router.own(plugin, description.collections.map(\.name))
    try await migrate(description, collections)
  }

  /// A storage that is away or about to come learns them when it gets ready; one that is changing versions is waited for.
  private func migrate(_ description: PluginDescription, _ params: JSON) async throws(RPCError) {
    guard !description.collections.isEmpty, !description.provides.contains("storage"), await router.isExpected("storage") else { return }
    do throws(RPCError) {
      try report(
        try await router.call("storage.migrate", ByteBuffer(bytes: params.bytes), .host("migrate", timeout: Self.migrationTimeout)))
    } catch {
      guard error.code == .unavailable else { throw error }
    }
  }

  /// A storage says it is ready: before it gets calls it learns the collections.
  func prepared(_ peer: PluginPeer) async throws(RPCError) {
    guard peer.provides.contains("storage") else { return }
    let answer = try await peer.call("storage.migrate", collections, timeout: .nanoseconds(Self.migrationTimeout.nanoseconds))
    log(answer)
  }

  func removed(_ plugin: String) {
    accepted[plugin] = nil
    do {
      try catalogue.remove(plugin)
    } catch {
      logger.error("the catalogue cannot do without a plugin", metadata: ["plugin": "\(plugin)", "reason": "\(error)"])
    }
  }

  private func report(_ answer: ByteBuffer) throws(RPCError) {
    do {
      log(try JSON(parsing: Array(buffer: answer)))
    } catch {
      throw RPCError(.internal, "storage.migrate answered malformed JSON: \(error)")
    }
  }

  private func log(_ answer: JSON) {
    for change in answer["applied"].array ?? [] { logger.info("storage migrated", metadata: ["change": "\(change.string ?? "")"]) }
  }
}
