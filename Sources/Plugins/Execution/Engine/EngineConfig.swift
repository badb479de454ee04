import JSONRPC
import PluginKit
import PluginProtocol

/// The plugin's `[config]` and its limits.
struct EngineConfig: Sendable, Equatable {
  /// Rounds at once.
  var workers = 2
  /// Requirements of sharded rounds at once.
  var requirementWorkers = 4
  /// How long a lease lasts without a heart-beat.
  var lease = Duration.seconds(12)
  /// Between two heart-beats; a cancelled round notices at the next.
  var heartbeat = Duration.seconds(2)
  /// The longest a round may run without a new start.
  var roundTime = Duration.seconds(3_500)
  /// The longest one step may take.
  var stepTime = Duration.seconds(900)
  /// The longest one model call may take.
  var callTime = Duration.seconds(120)
  /// How long a worker waits for a capability that is down before it gives the round back.
  var outage = Duration.seconds(120)
  /// The longest one acceptance check may run.
  var checkTime = Duration.seconds(60)
  var callLimit = 2_000
  var tokenLimit = 20_000_000
  /// From this size on content goes to the object store.
  var blobThreshold = 102_400

  /// Files of one blueprint, and files delivered in all.
  static let planFileLimit = 200
  static let deliveredFileLimit = 200
  static let fileByteLimit = 1 << 20

  static let keys = [
    ConfigKeySpec("workers", "integer", default: 2, "Rounds at once."),
    ConfigKeySpec("requirement_workers", "integer", default: 4, "Requirements of sharded rounds at once."),
    ConfigKeySpec("lease_seconds", "integer", default: 12, "How long a lease lasts without a heart-beat."),
    ConfigKeySpec("heartbeat_ms", "integer", default: 2_000, "Time between two heart-beats."),
    ConfigKeySpec("round_seconds", "integer", default: 3_500, "The longest a round may run."),
    ConfigKeySpec("step_seconds", "integer", default: 900, "The longest one step may take."),
    ConfigKeySpec("call_seconds", "integer", default: 120, "The longest one model call may take."),
    ConfigKeySpec("outage_seconds", "integer", default: 120, "How long to wait for a capability that is down."),
    ConfigKeySpec("check_seconds", "integer", default: 60, "The longest one acceptance check may run."),
    ConfigKeySpec("max_calls", "integer", default: 2_000, "Model calls of one round."),
    ConfigKeySpec("max_tokens", "integer", default: 20_000_000, "Tokens of one round."),
    ConfigKeySpec("blob_threshold", "integer", default: 102_400, "From this size in bytes content goes to the object store."),
  ]

  init() {}

  /// - Throws: ``PluginExit/configuration(_:)`` naming the key that is wrong.
  init(_ config: JSONObject) throws(PluginExit) {
    let known = Set(EngineConfig.keys.map(\.name))
    if let name = config.names.first(where: { !known.contains($0) }) { throw .configuration("\(name) is not a key of execution") }
    workers = try EngineConfig.number(config, "workers", 1...64) ?? workers
    requirementWorkers = try EngineConfig.number(config, "requirement_workers", 1...64) ?? requirementWorkers
    lease = try EngineConfig.number(config, "lease_seconds", 5...600).map { .seconds($0) } ?? lease
    heartbeat = try EngineConfig.number(config, "heartbeat_ms", 20...60_000).map { .milliseconds($0) } ?? heartbeat
    roundTime = try EngineConfig.number(config, "round_seconds", 10...86_400).map { .seconds($0) } ?? roundTime
    stepTime = try EngineConfig.number(config, "step_seconds", 5...86_400).map { .seconds($0) } ?? stepTime
    callTime = try EngineConfig.number(config, "call_seconds", 1...3_600).map { .seconds($0) } ?? callTime
    outage = try EngineConfig.number(config, "outage_seconds", 0...3_600).map { .seconds($0) } ?? outage
    checkTime = try EngineConfig.number(config, "check_seconds", 1...600).map { .seconds($0) } ?? checkTime
    callLimit = try EngineConfig.number(config, "max_calls", 1...1_000_000) ?? callLimit
    tokenLimit = try EngineConfig.number(config, "max_tokens", 1...1_000_000_000_000) ?? tokenLimit
    blobThreshold = try EngineConfig.number(config, "blob_threshold", 1...10_485_760) ?? blobThreshold
    guard heartbeat * 3 <= lease else { throw .configuration("heartbeat_ms must be at most a third of lease_seconds") }
  }

  private static func number(_ config: JSONObject, _ name: String, _ range: ClosedRange<Int>) throws(PluginExit) -> Int? {
    guard let value = config[name] else { return nil }
    guard let number = value.int.map({ Int($0) }), range.contains(number) else {
      throw .configuration("\(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
