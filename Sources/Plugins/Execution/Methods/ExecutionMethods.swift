import JSONRPC
import PluginKit
import PluginProtocol

/// The table of methods.
struct ExecutionMethods: Sendable {
  let running: RunningRounds

  var all: [Method] {
    [
      Method("execution.start", start), Method("execution.cancel", cancel), Method("execution.resume", resume),
      Method("execution.rerun", rerun), Method("execution.show", show), Method("execution.status", status),
      Method("execution.history", history), Method("execution.history_stats", historyStats),
      Method("execution.round_artifacts", roundArtifacts), Method("execution.logs", logs), Method("execution.events", events),
      Method("execution.artifacts", artifacts), Method("execution.artifact", artifact),
      Method("execution.artifact_content", artifactContent), Method("execution.artifact_url", artifactURL),
      Method("execution.stream_state", streamState), Method("execution.tenant_stream_state", tenantStreamState),
      Method("execution.observability_stream_state", observabilityStreamState), Method("execution.replay_state", replayState),
    ]
  }
}

extension Request {
  /// The HTTP call this request carries.
  var http: HTTPCall { get throws { HTTPCall(try params) } }

  /// The rows of the caller's tenant.
  var storage: Storage { Storage(host) }

  /// The round in the path.
  ///
  /// - Throws: 404 when the caller's tenant has no such round.
  func round(_ call: HTTPCall, shape: ShapeReference) async throws -> JSON {
    guard let row = try await storage.row("execution_round", key: call.path("id"), shape: shape) else {
      throw HTTPCall.notFound("ExecutionRound")
    }
    return row
  }

  /// The names of all collections there are.
  func collections() async throws -> Set<String> {
    let catalogue = try await host.call("catalogue.collections", [:])
    return Set((catalogue["collections"].array ?? []).compactMap { $0["name"].string })
  }
}

extension JSON {
  /// An object with its member `progress`, a list of at most one row, put as that row or null.
  var withProgress: JSON {
    guard var object else { return self }
    object["progress"] = object["progress"]?[0] ?? .null
    return .object(object)
  }
}
