import JSONRPC

/// The files that were handed over.
struct Delivery: Sendable, Equatable {
  struct File: Sendable, Equatable {
    var path: String
    var size: Int
    var hash: String
    /// Text, or base64 when the bytes are not UTF-8; empty when the object store has it.
    var content: String
    var encoding: String
    var storageKey: String
  }

  var files: [File]
}
