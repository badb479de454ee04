public import JSONRPC
package import NIOCore
import UnixTransport

/// What a plugin is told when it starts.
public struct PluginStart: Sendable {
  /// The manifest's `[config]`.
  public let config: JSONObject
  /// The manifest's `[secrets]`, resolved. Never log them.
  public let secrets: [String: String]
  /// Directories by name; `state` is the plugin's own.
  public let paths: [String: String]
  /// How many processes of this plugin there have been, this one included.
  public let incarnation: Int
  /// Calls on the plugin's own account: without a tenant, with the grant `system`.
  public let host: Host
  /// Log records on the plugin's own account.
  public let log: PluginLog

  /// The plugin's one event loop, for what else it connects to.
  package var eventLoop: any EventLoop { host.connection.eventLoop }
}

/// A way to end that the host understands.
public enum PluginExit: Error, Sendable, Equatable {
  /// Exit code 78: starting again would not help before the operator has changed the configuration.
  case configuration(String)

  /// The exit code that stands for it.
  public var code: Int32 { 78 }
  /// What the operator reads.
  public var message: String {
    switch self {
    case .configuration(let message): message
    }
  }
}
