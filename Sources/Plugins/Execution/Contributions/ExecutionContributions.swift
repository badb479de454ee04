import JSONRPC
import PluginProtocol

/// What the plugin adds to the catalogue.
enum ExecutionContributions {
  static let description = PluginDescription(
    provides: ["execution"], methods: methods,
    collections: [
      ExecutionRoundSpec.collection, ExecutionRoundSpec.progressCollection, RequirementExecutionSpec.collection,
      ExecutionArtifactSpec.collection, ExecutionLogSpec.collection, ExecutionLogSpec.checkpointCollection,
    ], routes: ExecutionRoutes.all, events: events, config: EngineConfig.keys, schemas: ExecutionAnswers.schemas)

  private static let methods: [MethodSpec] = [
    MethodSpec("execution.start", "Starts a round of a project.", mutating: true),
    MethodSpec("execution.cancel", "Stops a round.", mutating: true),
    MethodSpec("execution.resume", "Goes on with a round from a checkpoint.", mutating: true),
    MethodSpec("execution.rerun", "Starts a round like another.", mutating: true),
    read("show", "One round with its progress."), read("status", "How far a round is."), read("history", "Rounds that are over."),
    read("history_stats", "Cost, time and pass rate of past rounds."), read("round_artifacts", "Files of a round."),
    read("logs", "What happened in a round."), read("events", "A round's events."), read("artifacts", "Delivered files."),
    read("artifact", "One delivered file."), read("artifact_content", "The content of a delivered file."),
    read("artifact_url", "Where to download a delivered file."), read("stream_state", "A round's state, for its stream."),
    read("replay_state", "A round's state, for telling its events again."),
    read("tenant_stream_state", "The running rounds, for the tenant's stream."),
    read("observability_stream_state", "Says that the stream is open."),
  ]

  private static func read(_ name: String, _ summary: String) -> MethodSpec {
    MethodSpec("execution.\(name)", summary, idempotent: true)
  }

  private static let events: [EventSpec] = [
    EventSpec("execution_started", "A worker began a round."), EventSpec("execution_progress", "A round moved on."),
    EventSpec("execution_completed", "A round delivered."), EventSpec("execution_failed", "A round failed."),
    EventSpec("execution_cancelled", "A round was stopped."), EventSpec("execution_resumed", "A round goes on."),
    EventSpec("round_completed", "The figures of a finished round."), EventSpec("agent_started", "An agent took up a requirement."),
    EventSpec("agent_completed", "An agent finished a requirement."), EventSpec("agent_error", "An agent's try failed."),
    EventSpec("task_started", "Work on a requirement began."), EventSpec("task_completed", "Work on a requirement ended."),
    EventSpec("inner_round_started", "A pass over the open requirements began."),
    EventSpec("inner_round_completed", "A pass over the open requirements ended."),
    EventSpec("artifact_created", "A file was delivered."), EventSpec("log_message", "A log entry of a round."),
    EventSpec("agent_selection", "Agents were ranked for a requirement."), EventSpec("decision", "A project decision was taken."),
    EventSpec("file_registered", "A file of the project was registered."),
  ]
}
