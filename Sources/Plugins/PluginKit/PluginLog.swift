import JSONRPC
import NIOCore
import UnixTransport

/// Log records, sent to the host. A fixed message, the facts in metadata; never a body, a token or a prompt.
public struct PluginLog: Sendable {
  /// How much it matters, as the methods below say.
  public enum Level: String, Sendable {
    /// For whoever is looking.
    case debug
    /// An event in the plugin's life.
    case info
    /// Something went wrong and was coped with.
    case warning
    /// Someone must act.
    case error
  }

  let connection: Connection

  /// For whoever is looking.
  public func debug(_ message: String, _ metadata: [String: String] = [:]) { log(.debug, message, metadata) }
  /// An event in the plugin's life.
  public func info(_ message: String, _ metadata: [String: String] = [:]) { log(.info, message, metadata) }
  /// Something went wrong and was coped with.
  public func warning(_ message: String, _ metadata: [String: String] = [:]) { log(.warning, message, metadata) }
  /// Someone must act.
  public func error(_ message: String, _ metadata: [String: String] = [:]) { log(.error, message, metadata) }

  /// Sends a record to the host; dropped when too much waits.
  public func log(_ level: Level, _ message: String, _ metadata: [String: String]) {
    let facts = JSONObject(metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    let record: JSON = ["level": .string(level.rawValue), "message": .string(message), "metadata": .object(facts)]
    connection.notify("$/log", ByteBuffer(bytes: record.bytes))
  }
}
