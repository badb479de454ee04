import Logging
import UnixTransport

/// Writes each record as one line of the host's log, at the log's level unless a logger was given one of its own.
struct LineLogHandler: LogHandler {
  let label: String
  let stream: LogStream
  private var own: Logger.Level?
  var metadata: Logger.Metadata = [:]

  init(label: String, stream: LogStream) {
    self.label = label
    self.stream = stream
  }

  var logLevel: Logger.Level {
    get { own ?? stream.level }
    set { own = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    // What the record says goes before what its logger says.
    var all = metadata.merging(event.metadata ?? [:]) { $1 }
    if let error = event.error, all["error"] == nil { all["error"] = .string("\(error)") }
    let fields = all.map { (name: $0.key, value: "\($0.value)") }.sorted { $0.name < $1.name }
    let line = LogLine(level: event.level, label: label, fields: fields, source: event.source, message: "\(event.message)")
    stream.write(line.bytes(at: SystemTime.microseconds()))
  }
}
