import JSONRPC
import Supervisor

/// What needs a call that takes long: one of the capability's own, or the one that `--hold` names.
enum HoldChecks {
  static let all: [Check] = [
    Check("cancel.stops", "3", "answers a cancelled request, once: −31004 or its result") { stage in
      try await stage.holding { trial, hold in
        let id = hold()
        if stage.isConcurrent { try await trial.settles() }
        trial.notify("$/cancel", ["id": .int(id)])
        try await trial.isOver(id)
        trial.notify("$/cancel", ["id": .int(id)])
        try await trial.pings()
      }
    },
    Check("cancel.early", "3", "answers a request that is cancelled in the same breath") { stage in
      try await stage.holding { trial, hold in
        let ids = (0..<8).map { _ in
          let id = hold()
          trial.notify("$/cancel", ["id": .int(id)])
          return id
        }
        for id in ids { try await trial.isOver(id) }
        try await trial.pings()
      }
    },
    Check("deadline.passed", "2.3", "answers a request whose deadline has passed and that the host gave up") { stage in
      try await stage.holding(["deadline_ms": 100]) { trial, hold in
        let id = hold()
        let early = await trial.transcript.wait(within: .milliseconds(100)) { $0.replies[id] }
        if early == nil { trial.notify("$/cancel", ["id": .int(id)]) }
        try await trial.isOver(id)
        try await trial.pings()
      }
    },
    Check("ping.busy", "3", "answers pings while it serves") { stage in
      try await stage.concurrently { trial, hold in
        let id = hold()
        try await trial.pings()
        let isOver = trial.transcript.read { $0.replies[id] != nil }
        try trial.require(!isOver, "a call that takes long (choose another one)", .string("its answer before that of the ping"))
      }
    },
    Check("requests.concurrent", "2.2", "serves many requests at once, each answered once and in any order") { stage in
      try await stage.concurrently { trial, hold in
        let ids = (0..<min(32, stage.candidate.manifest.concurrency)).map { _ in hold() }
        try await trial.settles()
        for id in ids.reversed() {
          trial.notify("$/cancel", ["id": .int(id)])
          try await trial.isOver(id)
        }
        try await trial.pings()
      }
    },
    Check("requests.duplicate", "2.2", "ends the connection at an id whose request is still open") { stage in
      try await stage.concurrently { trial, hold in
        let id = hold()
        trial.write(frames: Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"$/ping","params":{}}"#.utf8))
        try await trial.mustHangUp()
      }
    },
    Check("drain.waits", "3", "answers $/drain after the requests that run, and refuses new ones with −31010 meanwhile") { stage in
      try await stage.concurrently { trial, hold in
        let id = hold()
        let drain = trial.request("$/drain")
        let late = hold()
        let refused = try await trial.expect("an answer to the request that came after $/drain") { $0.replies[late] }
        try trial.require(
          refused.message["error"]["code"] == -31010, "error -31010 for a request that came after $/drain", refused.message)
        trial.notify("$/cancel", ["id": .int(id)])
        try await trial.isOver(id)
        _ = try await trial.answer(to: drain)
        let places = trial.transcript.read { ($0.replies[id]?.place ?? 0, $0.replies[drain]?.place ?? 0) }
        try trial.require(places.0 < places.1, "the answer to $/drain behind that of the running request", .string("it came before"))
      }
    },
    Check("exit.busy", "1", "ends at the end of file on descriptor 3, whatever it is doing") { stage in
      try await stage.concurrently { trial, hold in
        _ = hold()
        try await trial.settles()
        await trial.hangUp()
        try await trial.mustExit()
      }
    },
  ]
}

extension Stage {
  var isConcurrent: Bool { candidate.manifest.concurrency > 1 }

  private var holdingCall: SampleCall? {
    if let hold = candidate.hold { return hold }
    // A put waits for the bytes that never come.
    if provides("blobs") { return SampleCall("blobs.put", ["key": "hold", "content_type": "text/plain", "stream": true]) }
    guard provides("storage") else { return nil }
    return SampleCall("storage.lease", ["queue": "conformance", "worker": "kit", "max": 1, "ttl_ms": 60_000, "wait_ms": 60_000])
  }

  /// A process that serves, and a way to begin a call that takes long.
  func holding(_ more: JSONObject = [:], _ body: (Trial, _ hold: () -> Int64) async throws -> Void) async throws {
    guard let call = holdingCall else { throw NotApplicable(reason: "no call is known to take long: name one with --hold") }
    let meta = call.method == "storage.lease" ? ["system": true, "deadline_ms": 60_000] : meta(["deadline_ms": 60_000])
    try await ready { trial in try await body(trial) { trial.request(call.method, .object(call.params), meta: meta.merging(more)) } }
  }

  /// The same, for plugins that serve more than one request at a time.
  func concurrently(_ body: (Trial, _ hold: () -> Int64) async throws -> Void) async throws {
    guard isConcurrent else { throw NotApplicable(reason: "it serves one request at a time (concurrency 1)") }
    try await holding([:], body)
  }
}

extension Trial {
  /// What was sent before has begun by now: another request is answered.
  func settles() async throws { _ = try await result("$/describe") }

  /// A request that was cancelled is answered: with −31004, −31003 when its time was over, or its result.
  func isOver(_ id: Int64) async throws {
    guard case .failure(let error) = try await answer(to: id) else { return }
    try require([.cancelled, .deadline].contains(error.code), "error -31004, or a result", error.json)
  }
}
