package import JSONRPC

/// The plugin's keys.
package struct StorageConfig: Sendable, Equatable {
  /// The database file.
  package var path: String
  /// Connections that read.
  package var readers = 2
  /// Transactions that share a commit at most.
  package var groupLimit = 256

  package init(path: String) { self.path = path }

  /// What is wrong with a key.
  package struct Problem: Error, Sendable, Equatable {
    package let message: String
  }

  package init(_ config: JSONObject, paths: [String: String]) throws(Problem) {
    for name in config.names where !["path", "readers", "group_limit"].contains(name) {
      throw Problem(message: "config.\(name): is not known here; there are path, readers and group_limit")
    }
    path = try StorageConfig.path(config["path"] ?? "$STATE/hivecore.db", state: paths["state"])
    readers = try StorageConfig.integer(config["readers"], "readers", 1...16) ?? readers
    groupLimit = try StorageConfig.integer(config["group_limit"], "group_limit", 1...1024) ?? groupLimit
  }

  private static func path(_ json: JSON, state: String?) throws(Problem) -> String {
    guard let text = json.string, !text.isEmpty else { throw Problem(message: "config.path: must be a file's path") }
    guard text.hasPrefix("$STATE/") else { return text }
    guard let state else { throw Problem(message: "config.path: the host gave no state directory for $STATE") }
    return state + text.dropFirst("$STATE".count)
  }

  private static func integer(_ json: JSON?, _ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
    guard let json else { return nil }
    guard let value = json.int, range.contains(Int(value)) else {
      throw Problem(message: "config.\(name): must be an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return Int(value)
  }
}
