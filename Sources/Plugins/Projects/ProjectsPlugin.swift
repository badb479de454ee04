import JSONRPC
import PluginKit
import PluginProtocol

/// The core resources of the contract: mostly declarations, little code.
@main
struct ProjectsPlugin: Plugin {
  static let name = "hivecore-projects"
  static let version = "1.0.0"

  static let contributions = PluginDescription(
    provides: ["projects"], methods: handlers.map(\.spec),
    collections: [Agent.collection, Project.collection] + Conversation.collections + Team.collections + AgentPanel.collections
      + Files.collections
      + Memory.collections,
    routes: Agent.routes + Project.routes + Conversation.routes + Team.routes + AgentPanel.routes + Files.routes + Memory.routes,
    events: [EventSpec("decision", "A project decision was stored.")], schemas: Project.schemas)

  private static let handlers: [Handler] = [
    Handler("projects.agent_panel", "An agent's panel in a project.", agentPanel),
    Handler("projects.stats", "A project's totals.", projectStats),
    Handler("projects.team", "A project's team.", team, mutating: true),
    Handler("projects.init_team", "Makes the default team.", initTeam, mutating: true),
    Handler("projects.file_tree", "A project's folders and files.", fileTree),
    Handler("projects.context", "A project's memory.", projectContext),
    Handler("projects.add_message", "Stores a message.", addMessage, mutating: true),
    Handler("projects.conversation_by_source", "The newest conversation of a kind.", conversationBySource),
    Handler("projects.search_files", "Files by part of their name.", searchFiles),
    Handler("projects.previewable_files", "Files with a preview.", previewableFiles),
    Handler("projects.search_previewable_files", "Both conditions.", searchPreviewableFiles),
    Handler("projects.upload", "Stores a file.", upload, mutating: true, timeoutMilliseconds: transferTimeout),
    Handler("projects.delete_file", "Removes a file.", deleteFile, mutating: true),
    Handler("projects.download", "The bytes of a file.", download, timeoutMilliseconds: transferTimeout),
    Handler("projects.decide", "Stores a decision.", decide, mutating: true),
  ]

  /// For the bytes of the largest file to a slow client.
  private static let transferTimeout = 1_800_000

  init(start: PluginStart) async throws {}

  var methods: [Method] { Self.handlers.map(\.method) }
}

/// A method with its description.
struct Handler: Sendable {
  let spec: MethodSpec
  let method: Method

  init(
    _ name: String, _ summary: String, _ serve: @escaping @Sendable (Request) async throws -> JSON, mutating: Bool = false,
    timeoutMilliseconds: Int = 30_000
  ) {
    spec = MethodSpec(name, summary, idempotent: !mutating, mutating: mutating, timeoutMilliseconds: timeoutMilliseconds)
    method = Method(name, serve)
  }
}

extension Request {
  /// The HTTP call this request carries.
  var http: HTTPCall { get throws { HTTPCall(try params) } }

  /// The rows of the caller's tenant.
  var storage: Storage { Storage(host) }
}
