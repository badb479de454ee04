import Logging
import Synchronization

/// The level from which all of a host's loggers write; a reload may change it.
final class SharedLogLevel: Sendable {
  private let level: Mutex<Logger.Level>

  init(_ level: Logger.Level) { self.level = Mutex(level) }

  var value: Logger.Level { level.withLock { $0 } }

  func set(_ value: Logger.Level) { level.withLock { $0 = value } }
}

/// Writes through another handler, at the shared level unless a logger was given one of its own.
struct AdjustableLogHandler: LogHandler {
  private var handler: any LogHandler
  private let shared: SharedLogLevel
  private var own: Logger.Level?

  init(_ handler: any LogHandler, level: SharedLogLevel) {
    self.handler = handler
    shared = level
    // The other handler writes whatever gets through here.
    self.handler.logLevel = .trace
  }

  var logLevel: Logger.Level {
    get { own ?? shared.value }
    set { own = newValue }
  }

  var metadata: Logger.Metadata {
    get { handler.metadata }
    set { handler.metadata = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { handler[metadataKey: key] }
    set { handler[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) { handler.log(event: event) }
}
