import JSONRPC
import PluginKit
import PluginProtocol

/// Takes what agents report and answers what operators ask.
@main
struct IngestPlugin: Plugin {
  static let name = "hivecore-ingest"
  static let version = "1.0.0"

  static let contributions = PluginDescription(
    provides: ["ingest"], methods: specs, collections: [Usage.collection, ExecutionRecords.collection, Timeline.collection],
    routes: Usage.routes + ExecutionRecords.routes + Timeline.routes + Decisions.routes + FileRegistry.routes + Selections.routes
      + Logs.routes + Artifacts.routes + Progress.routes, events: events, schemas: IngestAnswers.schemas)

  private static let specs = [
    MethodSpec("ingest.usage", "Records one model call.", mutating: true),
    MethodSpec("ingest.execution", "Records a run of an agent.", mutating: true),
    MethodSpec("ingest.timeline", "Records an event.", mutating: true),
    MethodSpec("ingest.decision", "Stores a decision of a project.", mutating: true),
    MethodSpec("ingest.file", "Registers a file of a project.", mutating: true),
    MethodSpec("ingest.selection", "Stores the ranking of a selection.", mutating: true),
    MethodSpec("ingest.log", "Stores log entries of a round.", mutating: true),
    MethodSpec("ingest.artifact", "Stores a file of a round.", mutating: true),
    MethodSpec("ingest.progress", "Stores how far a round is.", mutating: true),
    MethodSpec("ingest.usage_summary", "Sums by agent and by model.", idempotent: true),
    MethodSpec("ingest.usage_trend", "Sums by hour or day.", idempotent: true),
    MethodSpec("ingest.project_stats", "Sums of one project.", idempotent: true),
  ]

  private static let events = [
    EventSpec("usage", "A model call was recorded."), EventSpec("usage_recorded", "A model call of a round was recorded."),
    EventSpec("execution", "A run of an agent was recorded."), EventSpec("timeline", "An event was recorded."),
    EventSpec("log", "A warning or an error was logged."), EventSpec("decision", "A decision of a project was stored."),
    EventSpec("file_registered", "A file of a project was registered."),
  ]

  let methods: [Method]

  init(start: PluginStart) async throws {
    methods = [
      Method("ingest.usage", ingestUsage), Method("ingest.execution", ingestExecution), Method("ingest.timeline", ingestTimeline),
      Method("ingest.decision", Decisions.ingest), Method("ingest.file", FileRegistry.ingest),
      Method("ingest.selection", Selections.ingest), Method("ingest.log", Logs.ingest),
      Method("ingest.artifact", Artifacts(log: start.log).ingest), Method("ingest.progress", Progress.ingest),
      Method("ingest.usage_summary", usageSummary), Method("ingest.usage_trend", usageTrend),
      Method("ingest.project_stats", projectStats),
    ]
  }
}
