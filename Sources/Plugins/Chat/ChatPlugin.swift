import JSONRPC
import PluginKit
import PluginProtocol

/// The Assistant Agent, and the router that every model call goes through.
@main
struct ChatPlugin: Plugin {
  static let name = "hivecore-chat"
  static let version = "1.0.0"
  static let contributions = PluginDescription(
    provides: ["models", "chat"],
    methods: [
      MethodSpec(
        "models.complete", "Asks the model an alias stands for; journalled when asked to.", idempotent: true, mutating: true,
        timeoutMilliseconds: 600_000),
      MethodSpec("chat.send", "One turn of a conversation with the Assistant Agent.", mutating: true, timeoutMilliseconds: 300_000),
      MethodSpec("chat.extract", "Reads the requirements out of a whole conversation.", mutating: true, timeoutMilliseconds: 300_000),
    ],
    collections: [Journal.collection],
    routes: [
      .rpc(
        "POST", "/api/v1/conversations/{id:int}/chat/", .write, "chat.send", status: 201, summary: "Says something to the Assistant Agent.",
        body: [.text("content").required(), .json("file_ids", default: []).shown(as: .array(.int64))]
      ).described(under: "conversation", answer: .model("ChatResponse"), statuses: [429, 502]),
      .rpc(
        "POST", "/api/v1/conversations/{id:int}/extract_requirements/", .write, "chat.extract",
        summary: "Replaces the requirements by those of the whole dialogue.", body: []
      ).described(under: "conversation", answer: .array(.model("Requirement")), statuses: [429, 502]),
    ],
    events: [EventSpec("conversation_updated", "Requirements of a conversation were created or changed.")],
    config: [
      ConfigKeySpec("aliases", "table", "Alias → \"provider/model\" or a list of them; default, chat, design, code, qa."),
      ConfigKeySpec("prices", "table", "Model or prefix → {input, output} in US dollars per 1000 tokens."),
      ConfigKeySpec("attempts", "integer", default: 3, "Calls of one provider before the next is tried."),
    ], schemas: ChatAnswers.schemas)

  private let router: ModelRouter
  private let chat: ChatService

  init(start: PluginStart) throws {
    do {
      let aliases = try ModelAliases(start.config["aliases"]?.object ?? [:])
      var retries = RetryPolicy()
      retries.attempts = min(max(1, Int(start.config["attempts"]?.int ?? 3)), 10)
      router = ModelRouter(
        aliases: aliases, prices: try PriceTable(config: start.config["prices"]?.object ?? [:]), retries: retries, log: start.log)
    } catch {
      throw PluginExit.configuration(error.description)
    }
    chat = ChatService(router: router)
  }

  var methods: [Method] {
    [
      Method("models.complete") { [router] request in try await router.complete(ModelCall(request.params), for: request) },
      Method("chat.send") { [chat] request in try await chat.send(request) },
      Method("chat.extract") { [chat] request in try await chat.extract(request) },
    ]
  }
}
