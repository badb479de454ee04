import JSONRPC
import PluginKit
import PluginProtocol

/// Takes what agents report and answers what operators ask.
@main
struct IngestPlugin: Plugin {
  static let name = "hivecore-ingest"
  static let version = "1.0.0"

  static let contributions = PluginDescription(
    provides: ["ingest"], methods: table.map(\.spec), collections: [Usage.collection, ExecutionRecords.collection, Timeline.collection],
    routes: Usage.routes + ExecutionRecords.routes + Timeline.routes,
    events: [
      EventSpec("usage", "A model call was recorded."), EventSpec("usage_recorded", "A model call of a round was recorded."),
      EventSpec("execution", "A run of an agent was recorded."), EventSpec("timeline", "An event was recorded."),
    ], schemas: IngestAnswers.schemas)

  private static let table: [(spec: MethodSpec, method: Method)] = [
    (MethodSpec("ingest.usage", "Records one model call.", mutating: true), Method("ingest.usage", ingestUsage)),
    (MethodSpec("ingest.execution", "Records a run of an agent.", mutating: true), Method("ingest.execution", ingestExecution)),
    (MethodSpec("ingest.timeline", "Records an event.", mutating: true), Method("ingest.timeline", ingestTimeline)),
    (MethodSpec("ingest.usage_summary", "Sums by agent and by model.", idempotent: true), Method("ingest.usage_summary", usageSummary)),
    (MethodSpec("ingest.usage_trend", "Sums by hour or day.", idempotent: true), Method("ingest.usage_trend", usageTrend)),
    (MethodSpec("ingest.project_stats", "Sums of one project.", idempotent: true), Method("ingest.project_stats", projectStats)),
  ]

  init(start: PluginStart) async throws {}

  var methods: [Method] { Self.table.map(\.method) }
}
