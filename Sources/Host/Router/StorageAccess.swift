import JSONRPC
import NIOCore
import PluginProtocol
import UnixTransport

/// What plugins may ask of storage: rows of the collections they contribute or their manifest names, and nothing that is the host's.
enum StorageAccess {
  static let capability = "storage"
  private static let open: Set = ["storage.read", "storage.transact", "storage.health"]

  /// - Throws: `denied` for what only the host calls, such as leases and migrations.
  static func check(_ method: MethodName, _ policy: PluginPolicy) throws(RPCError) {
    guard !open.contains(method.name) else { return }
    guard method.name == "storage.events" else {
      throw .denied("\(policy.id) may not call \(method.name): it is for the host alone")
    }
    guard policy.grants.contains(.events) else {
      throw .denied("\(policy.id) may not call \(method.name): its manifest does not grant 'events'")
    }
  }
}

/// Whose description a call of the host follows, so that a plugin's routes reach no further than the plugin.
package struct CallContributor: Sendable, Equatable {
  package let plugin: String
  /// Collections that the host itself uses beside the plugin's, in the same call.
  package let hostCollections: [String]

  package init(plugin: String, hostCollections: [String]) {
    self.plugin = plugin
    self.hostCollections = hostCollections
  }
}

extension MessageRouter {
  /// The collections that the plugin's description was accepted with: its own, to read and write.
  package func own(_ plugin: String, _ collections: [String]) { plugins[plugin]?.ownCollections = collections }

  /// A call of the host for a route that a plugin contributed. The host's own routes are nobody's plugin.
  func confine(_ meta: inout CallMeta, _ method: MethodName) {
    guard method.capability == StorageAccess.capability, let contributor = meta.contributor, let entry = plugins[contributor.plugin] else {
      return
    }
    meta.collections = entry.reach(with: contributor.hostCollections)
  }

  /// Storage denies by collection; to the plugin whose call or route it was that counts like what is denied here.
  func noteDenial(_ call: RoutedCall, _ reply: Reply) {
    guard case .error(let bytes) = reply, bytes.readableBytes < 1_024, let error = reply.rpcError, error.code == .denied else { return }
    switch call.origin {
    case .plugin(let link, _): audit(link.plugin, call.method.name, error)
    case .host: if let contributor = call.meta.contributor { audit(contributor.plugin, call.method.name, error) }
    }
  }
}
