import JSONRPC
import PluginProtocol

enum RequestChecks {
  static let all: [Check] = [
    Check("requests.unknown", "2.4", "answers −32601 to a method it does not have") { stage in
      try await stage.ready { trial in
        try await trial.refusal(.methodNotFound, "$/conformance_nothing")
        let capability = stage.description?.provides.first ?? "conformance"
        try await trial.refusal(.methodNotFound, "\(capability).conformance_nothing", meta: stage.meta())
        try await trial.pings()
      }
    },
    Check("requests.params", "2.2", "takes a request without params, and meta it does not know") { stage in
      try await stage.ready { trial in
        let id = trial.prepare("$/ping").id
        trial.write(frames: Array(#"{"method":"$/ping","jsonrpc":"2.0","meta":{"tomorrow":[1]},"id":\#(id)}"#.utf8))
        _ = try await trial.answer(to: id)
      }
    },
    Check("requests.ids", "2.2", "takes ids up to 2^53 − 1, in any order") { stage in
      try await stage.ready { trial in
        for id: Int64 in [9_007_199_254_740_991, 4_294_967_296, 100] {
          trial.transcript.change { $0.lastID = .max }
          trial.write(frames: Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"$/ping","params":{}}"#.utf8))
          _ = try await trial.answer(to: id)
        }
      }
    },
    Check("requests.ignored", "3", "ignores unknown $/ notifications, and what is about requests that are over or never were") { stage in
      try await stage.ready { trial in
        let id = trial.request("$/ping")
        _ = try await trial.answer(to: id)
        trial.notify("$/conformance_nothing", ["x": 1])
        for gone in [id, id + 1_000] { trial.notify("$/cancel", ["id": .int(gone)]) }
        trial.notify("$/chunk", ["id": .int(id), "side": "params", "data": "AAAA"])
        trial.notify("$/chunk", ["id": .int(id), "side": "params", "end": true])
        trial.notify("$/credit", ["id": .int(id), "side": "result", "bytes": 3])
        trial.notify("$/progress", ["id": .int(id), "value": [:]])
        try await trial.pings()
      }
    },
    Check("requests.order", "2.2", "answers under the ids of the requests, whatever their order") { stage in
      try await stage.ready { trial in
        let requests = (0..<32).map { _ in trial.prepare("$/describe") } + (0..<32).map { _ in trial.prepare("$/ping") }
        trial.write(requests.reversed().flatMap { Trial.frame($0.body) }, shownAs: "32 times $/ping and $/describe, ids descending")
        for (index, request) in requests.enumerated() {
          guard case .result(let result) = try await trial.answer(to: request.id) else {
            throw Disproof(expected: "a result", came: "an error for request \(request.id)")
          }
          try trial.require(result["provides"].isNull == (index >= 32), "the answer of the method that was called", result)
        }
      }
    },
  ]
}

extension Stage {
  static let tenant = "5b0f2e9c-6f0b-4a43-9d0e-2f4b8f5e7c11"

  /// What the host puts beside a call of a method.
  func meta(_ more: JSONObject = [:]) -> JSONObject {
    JSONObject([
      ("deadline_ms", .int(Int(candidate.patience / .milliseconds(1)))), ("tenant", .string(Self.tenant)),
      ("request_id", "conformance"), ("operation_id", "conformance-1"),
    ]).merging(more)
  }
}
