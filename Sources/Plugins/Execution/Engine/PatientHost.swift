import JSONRPC
import PluginKit
import PluginProtocol

/// The host, for calls that outlive the restart of whoever serves them.
struct PatientHost: Sendable {
  let host: Host
  /// How long a capability may stay away.
  let outage: Duration

  private static let pauses: ClosedRange<Duration> = .milliseconds(50) ... .seconds(2)

  /// Calls until there is an answer of the method itself. Only for calls that may be repeated.
  ///
  /// - Throws: ``RoundEnd/outage(_:)`` when nobody answers for too long, ``RoundEnd/leaseLost``, `CancellationError`, or the method's ``RPCError``.
  func call(_ method: String, _ params: JSON, deadline: Duration, operationID: String? = nil) async throws -> JSON {
    try await repeating(method) { () throws(RPCError) in
      try await host.call(method, params, deadline: deadline, operationID: operationID)
    }
  }

  func read(_ read: StorageRead) async throws -> JSON {
    try await call("storage.read", read.json, deadline: .seconds(30))
  }

  func rows(_ selection: StorageRead.Selection) async throws -> [JSON] { try await read(.select(selection))["rows"].array ?? [] }

  func row(_ selection: StorageRead.Selection) async throws -> JSON? {
    let row = try await read(.get(selection))["row"]
    // Not by `? nil :`, which would read nil as the JSON value null.
    if row.isNull { return nil }
    return row
  }

  /// - Parameter operationID: the same id is the same transaction, so that a lost reply does no harm.
  func transact(_ steps: [StorageStep], operationID: String) async throws -> [JSON] {
    let params: JSON = ["steps": .array(steps.map(\.json))]
    return try await call("storage.transact", params, deadline: .seconds(30), operationID: operationID)["results"].array ?? []
  }

  /// Repeats until the error is no outage.
  func repeating<Result>(_ method: String, _ attempt: () async throws -> Result) async throws -> Result {
    let giveUp = ContinuousClock.now + outage
    var pause = PatientHost.pauses.lowerBound
    while true {
      do {
        return try await attempt()
      } catch let error as RPCError {
        try Task.checkCancellation()
        if error.applicationCode == "lease_lost" { throw RoundEnd.leaseLost }
        guard error.isOutage else { throw error }
        guard ContinuousClock.now + pause < giveUp else { throw RoundEnd.outage("\(method): \(error.message)") }
      }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, PatientHost.pauses.upperBound)
    }
  }
}

extension RPCError {
  /// Nobody was there to answer, or answered too late: the call may be made again.
  var isOutage: Bool {
    switch code {
    case .unavailable, .pluginDied, .overloaded, .circuitOpen, .draining, .deadline: true
    default: false
    }
  }
}
