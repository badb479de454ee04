import JSONRPC
import PluginKit
import PluginProtocol

/// Ranks agents, builds teams, and learns from how their work ended.
@main
struct SelectionPlugin: Plugin {
  static let name = "hivecore-selection"
  static let version = "1.0.0"

  static let contributions = PluginDescription(
    provides: ["selection"], methods: specs, collections: [AgentSelectionDecision.collection, AgentStanding.collection],
    routes: AgentSelectionDecision.routes + LibraryRoutes.all,
    events: [EventSpec("agent_selection", "Agents were ranked for a round.")], config: ScoringConfig.keys,
    schemas: LibraryAnswers.schemas)

  let config: ScoringConfig
  let log: PluginLog
  /// On the plugin's own account.
  let host: Host
  let audit: AuditLogs
  let now: @Sendable () -> Timestamp = { .now }

  init(start: PluginStart) async throws {
    do {
      config = try ScoringConfig().overridden(by: .object(start.config))
    } catch {
      throw PluginExit.configuration("\(error.path): \(error.problem)")
    }
    log = start.log
    host = start.host
    audit = AuditLogs(defaultLimit: config.logRoundLimit)
  }

  private static let specs: [MethodSpec] = [
    MethodSpec("selection.select", "Ranks agents for a requirement and selects one.", idempotent: true, mutating: true),
    MethodSpec("selection.select_many", "Ranks the same agents for several requirements or roles.", idempotent: true, mutating: true),
    MethodSpec(
      "selection.select_team", "Builds a team for a requirement.", idempotent: true, mutating: true, timeoutMilliseconds: 270_000),
    MethodSpec("selection.record_outcome", "Learns from a finished task of an agent.", idempotent: true, mutating: true),
    MethodSpec("selection.rounds", "The last decisions for a tenant, in this process.", idempotent: true),
    MethodSpec("selection.builtin_agents", "The bundled agents, as rows.", idempotent: true),
    MethodSpec("selection.by_round", "Decisions of a project's newest rounds.", idempotent: true),
    MethodSpec("selection.agent_history", "Decisions about one agent.", idempotent: true),
    MethodSpec("selection.explain", "Why an agent was, or was not, selected.", idempotent: true),
    MethodSpec("selection.rank_agents", "Ranks catalogue agents for a role.", idempotent: true),
    MethodSpec(
      "selection.suggest_agents", "Suggests roles and agents for requirements.", idempotent: true, mutating: true,
      timeoutMilliseconds: 150_000),
    MethodSpec("selection.create_metaso", "Makes a suggested agent one of the tenant's.", idempotent: true, mutating: true),
    MethodSpec("selection.generate_avatars", "Pictures for agents.", idempotent: true, timeoutMilliseconds: 150_000),
    MethodSpec("selection.avatar", "One drawn picture.", idempotent: true),
    MethodSpec("selection.import_agents", "Puts system agents into the catalogue.", idempotent: true, mutating: true),
  ]

  var methods: [Method] {
    [
      Method("selection.select", select), Method("selection.select_many", selectMany), Method("selection.select_team", selectTeam),
      Method("selection.record_outcome", recordOutcome), Method("selection.rounds", rounds),
      Method("selection.builtin_agents") { _ in ["rows": .array(BuiltinAgents.all.map { .object($0.row) })] },
      Method("selection.by_round", byRound), Method("selection.agent_history", agentHistory),
      Method("selection.explain", explain), Method("selection.rank_agents", rankAgents), Method("selection.suggest_agents", suggestAgents),
      Method("selection.create_metaso", createMetaso), Method("selection.generate_avatars", generateAvatars),
      Method("selection.avatar", avatar), Method("selection.import_agents", importAgents),
    ]
  }

  func run() async throws { try await importBuiltinAgents() }
}
