import JSONRPC
import PluginProtocol

/// The routes of rounds and of what belongs to them. Source: contract http.md, sections 11, 13 and 15.2.
enum ExecutionRoutes {
  static let all = rounds + children + artifacts + streams

  private static let rounds: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/projects/{id:int}/execute/", .execute, "execution.start", status: 202, summary: "Starts a round of a project.",
      body: NewRound.body),
    .get("/api/v1/execution/rounds/", .init("execution_round", .list), summary: "Rounds, newest first."),
    .rpc("GET", "/api/v1/execution/rounds/{id:uuid}/", .read, "execution.show", summary: "One round with its progress."),
    .rpc("GET", "/api/v1/execution/rounds/{id:uuid}/status/", .read, "execution.status", summary: "How far a round is."),
    .rpc("GET", "/api/v1/execution-rounds/{id:uuid}/status/", .read, "execution.status", summary: "How far a round is."),
    .rpc("POST", "/api/v1/execution/rounds/{id:uuid}/cancel/", .execute, "execution.cancel", summary: "Stops a round."),
    .rpc(
      "POST", "/api/v1/execution/rounds/{id:uuid}/resume/", .execute, "execution.resume", status: 202, summary: "Goes on from a checkpoint."
    ),
    .rpc("POST", "/api/v1/execution/rounds/{id:uuid}/rerun/", .execute, "execution.rerun", status: 202, summary: "The same round again."),
    .get(
      "/api/v1/execution/active/",
      .init("execution_round", .list, filter: [.isIn("status", ["pending", "running"])], isArray: true, limit: 1000),
      summary: "Rounds that wait or run."),
    .rpc("GET", "/api/v1/execution/history/", .read, "execution.history", summary: "Rounds that are over."),
    .rpc("GET", "/api/v1/execution/history/stats/", .read, "execution.history_stats", summary: "Cost, time and pass rate of past rounds."),
  ]

  private static let children: [RouteSpec] = [
    .rpc("GET", "/api/v1/execution/rounds/{id:uuid}/artifacts/", .read, "execution.round_artifacts", summary: "Files of a round."),
    .rpc("GET", "/api/v1/execution/rounds/{id:uuid}/logs/", .read, "execution.logs", summary: "What happened in a round."),
    .get(
      "/api/v1/execution/rounds/{id:uuid}/requirements/",
      .init("requirement_execution", .list, filter: inRound, isArray: true, parent: round), summary: "Tries of a round's requirements."),
    .get(
      "/api/v1/execution/requirements/{id:uuid}/", .init("requirement_execution", .show), summary: "One try of a requirement."),
    .get(
      "/api/v1/execution/rounds/{id:uuid}/checkpoints/",
      .init("execution_checkpoint", .list, filter: inRound, isArray: true, parent: round), summary: "From where a round can go on."),
    .rpc("GET", "/api/v1/execution/rounds/{id:uuid}/events/", .read, "execution.events", summary: "A round's events."),
  ]

  private static let artifacts: [RouteSpec] = [
    .rpc("GET", "/api/v1/execution/artifacts/", .read, "execution.artifacts", summary: "Delivered files."),
    .rpc("GET", "/api/v1/execution/artifacts/{id:uuid}/", .read, "execution.artifact", summary: "One delivered file."),
    .rpc("GET", "/api/v1/execution/artifacts/{id:uuid}/content/", .read, "execution.artifact_content", summary: "Its content."),
    .rpc("GET", "/api/v1/execution/artifacts/{id:uuid}/download_url/", .read, "execution.artifact_url", summary: "Where to download it."),
  ]

  private static let streams: [RouteSpec] = [
    RouteSpec(
      "GET", "/api/v1/execution/rounds/{id:uuid}/stream/", .read, .stream(scope: "round", state: "execution.stream_state"),
      summary: "A round, live."),
    RouteSpec(
      "GET", "/api/v1/execution/stream/", .read, .stream(scope: "tenant", state: "execution.tenant_stream_state"),
      summary: "All rounds of the tenant, live."),
    RouteSpec(
      "GET", "/api/v1/observability/stream/", .read, .stream(scope: "tenant", state: "execution.observability_stream_state"),
      summary: "Everything of the tenant, live."),
  ]

  private static let inRound: [Condition] = [.eq("execution_round", ["$path": "id"])]
  private static let round = RouteSpec.CollectionTarget.Parent("execution_round", parameter: "id")
}
