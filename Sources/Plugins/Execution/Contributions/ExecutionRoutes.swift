import JSONRPC
import PluginProtocol

/// The routes of rounds and of what belongs to them. Source: contract http.md, sections 11, 13 and 15.2.
enum ExecutionRoutes {
  static let all = rounds + children + artifacts + streams

  private static let rounds: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/projects/{id:int}/execute/", .execute, "execution.start", status: 202, summary: "Starts a round of a project.",
      body: NewRound.body
    ).described(under: "project", answer: .model("ExecutionAccepted"), statuses: [429]).denyingForeign(),
    .get("/api/v1/execution/rounds/", .init("execution_round", .list), summary: "Rounds, newest first."),
    .rpc("GET", "/api/v1/execution/rounds/{id:uuid}/", .read, "execution.show", summary: "One round with its progress.")
      .described(under: "execution_round", answer: .model("Round")),
    .rpc("GET", "/api/v1/execution/rounds/{id:uuid}/status/", .read, "execution.status", summary: "How far a round is.")
      .described(under: "execution_round", answer: .model("RoundState")),
    .rpc("GET", "/api/v1/execution-rounds/{id:uuid}/status/", .read, "execution.status", summary: "How far a round is.")
      .described(under: "execution_round", answer: .model("RoundState")),
    .rpc("POST", "/api/v1/execution/rounds/{id:uuid}/cancel/", .execute, "execution.cancel", summary: "Stops a round.", body: [])
      .described(under: "execution_round", answer: .model("CancelResponse")),
    .rpc(
      "POST", "/api/v1/execution/rounds/{id:uuid}/resume/", .execute, "execution.resume", status: 202,
      summary: "Goes on from a checkpoint.",
      body: [FieldSpec("checkpoint_id", .uuid), NewRound.maxRounds]
    ).described(under: "execution_round", answer: .model("ExecutionAccepted"), statuses: [409, 429]),
    .rpc(
      "POST", "/api/v1/execution/rounds/{id:uuid}/rerun/", .execute, "execution.rerun", status: 202, summary: "The same round again.",
      body: NewRound.overrides
    )
    .described(under: "execution_round", answer: .model("ExecutionAccepted"), statuses: [429]),
    .get(
      "/api/v1/execution/active/",
      .init("execution_round", .list, filter: [.isIn("status", ["pending", "running"])], isArray: true),
      summary: "Rounds that wait or run."),
    .rpc("GET", "/api/v1/execution/history/", .read, "execution.history", summary: "Rounds that are over.")
      .described(
        query: paging + [
          FieldSpec("project", .bigint), .text("status"), .datetime("from"), .datetime("to"), .text("q"), FieldSpec("agent", .bigint),
        ], answer: .page(.model("HistoryItem")), statuses: [404]),
    .rpc("GET", "/api/v1/execution/history/stats/", .read, "execution.history_stats", summary: "Cost, time and pass rate of past rounds.")
      .described(
        query: [FieldSpec("project", .bigint), .datetime("from"), .datetime("to"), .choice("interval", ["day", "hour"], default: "day")],
        answer: .model("HistoryStats")),
  ]

  private static let children: [RouteSpec] = [
    .rpc("GET", "/api/v1/execution/rounds/{id:uuid}/artifacts/", .read, "execution.round_artifacts", summary: "Files of a round.")
      .described(under: "execution_round", query: [.text("type")], answer: .array(.model("ArtifactSummary"))),
    .rpc("GET", "/api/v1/execution/rounds/{id:uuid}/logs/", .read, "execution.logs", summary: "What happened in a round.")
      .described(
        under: "execution_round",
        query: [
          .text("level"), .integer("limit", default: 100).with { $0.minimum = 0 }, .choice("order", ["asc", "desc"], default: "asc"),
          .datetime("after"), .text("source"),
        ], answer: .array(.model("ExecutionLog"))),
    .get(
      "/api/v1/execution/rounds/{id:uuid}/requirements/",
      .init("requirement_execution", .list, filter: inRound, isArray: true, parent: round), summary: "Tries of a round's requirements."),
    .get(
      "/api/v1/execution/requirements/{id:uuid}/", .init("requirement_execution", .show), summary: "One try of a requirement."),
    .get(
      "/api/v1/execution/rounds/{id:uuid}/checkpoints/",
      .init("execution_checkpoint", .list, filter: inRound, isArray: true, parent: round), summary: "From where a round can go on."),
    .rpc("GET", "/api/v1/execution/rounds/{id:uuid}/events/", .read, "execution.events", summary: "A round's events.")
      .described(
        under: "execution_round",
        query: [
          .bigint("after"),
          .integer("limit", default: 200).with {
            $0.minimum = 1
            $0.maximum = 1000
          }, .text("type"),
        ], answer: .object(["results": .array(.model("RoundEvent")), "next_after": JSONSchema.int64.orNull])),
  ]

  private static let artifacts: [RouteSpec] = [
    .rpc("GET", "/api/v1/execution/artifacts/", .read, "execution.artifacts", summary: "Delivered files.")
      .described(
        query: paging + [.uuid("round"), .text("type"), FieldSpec("project", .bigint)], answer: .page(.model("ArtifactSummary")),
        statuses: [404]),
    .rpc("GET", "/api/v1/execution/artifacts/{id:uuid}/", .read, "execution.artifact", summary: "One delivered file.")
      .described(under: "execution_artifact", answer: .model("Artifact")),
    .rpc("GET", "/api/v1/execution/artifacts/{id:uuid}/content/", .read, "execution.artifact_content", summary: "Its content.")
      .described(under: "execution_artifact", answer: .model("ArtifactContent"), statuses: [413, 502]),
    .rpc("GET", "/api/v1/execution/artifacts/{id:uuid}/download_url/", .read, "execution.artifact_url", summary: "Where to download it.")
      .described(
        under: "execution_artifact", query: [.integer("expires_in", default: 3600)], answer: .model("ArtifactDownloadUrl"),
        statuses: [500]),
  ]

  private static let streams: [RouteSpec] = [
    RouteSpec(
      "GET", "/api/v1/execution/rounds/{id:uuid}/stream/", .read, .stream(scope: "round", state: "execution.stream_state"),
      summary: "A round, live."),
    RouteSpec(
      "GET", "/api/v1/execution/rounds/{id:uuid}/replay/", .read, .stream(scope: "round", state: "execution.replay_state"),
      summary: "A round's stored events again, with the pauses there were."
    ).described(query: [
      .float("speed", default: 1).with {
        $0.minimum = 0
        $0.maximum = 100
      }, .bigint("from_seq"),
    ]),
    RouteSpec(
      "GET", "/api/v1/execution/stream/", .read, .stream(scope: "tenant", state: "execution.tenant_stream_state"),
      summary: "All rounds of the tenant, live."
    ).described(query: [FieldSpec("project", .bigint)]),
    RouteSpec(
      "GET", "/api/v1/observability/stream/", .read, .stream(scope: "tenant", state: "execution.observability_stream_state"),
      summary: "Everything of the tenant, live."
    ).described(query: [.text("project"), .uuid("round")]).withoutTenant("No tenant"),
  ]

  private static let paging: [FieldSpec] = [
    FieldSpec("page", .json).shown(as: .either(.integer, .string.choices("last"))), FieldSpec("page_size", .integer), .text("ordering"),
  ]

  private static let inRound: [Condition] = [.eq("execution_round", ["$path": "id"])]
  private static let round = RouteSpec.CollectionTarget.Parent("execution_round", parameter: "id")
}
