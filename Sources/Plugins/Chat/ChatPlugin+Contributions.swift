import JSONRPC
import PluginProtocol

extension ChatPlugin {
  static let contributions = PluginDescription(
    provides: ["models", "chat"],
    methods: [
      MethodSpec(
        "models.complete", "Asks the model an alias stands for; journalled when asked to.", idempotent: true, mutating: true,
        timeoutMilliseconds: 600_000),
      MethodSpec("models.list", "What each alias stands for.", idempotent: true),
      MethodSpec("chat.send", "One turn of a conversation with the Assistant Agent.", mutating: true, timeoutMilliseconds: 300_000),
      MethodSpec("chat.stream", "One turn, told while it comes.", mutating: true, timeoutMilliseconds: 300_000),
      MethodSpec("chat.extract", "Reads the requirements out of a whole conversation.", mutating: true, timeoutMilliseconds: 300_000),
    ],
    collections: [Journal.collection, Recording.collection, BudgetCollections.budget, BudgetCollections.hold],
    routes: [
      .rpc(
        "POST", "/api/v1/conversations/{id:int}/chat/", .write, "chat.send", status: 201, summary: "Says something to the Assistant Agent.",
        body: message
      ).described(under: "conversation", answer: .model("ChatResponse"), statuses: [429, 502]),
      .rpc(
        "POST", "/api/v1/conversations/{id:int}/chat-stream/", .write, "chat.stream", raw: true,
        summary: "Says something to the Assistant Agent and follows its answer as an event stream.", body: message
      ).described(
        under: "conversation", answer: JSONSchema(["type": "string", "contentMediaType": "text/event-stream"]), statuses: [429]),
      .rpc(
        "POST", "/api/v1/conversations/{id:int}/extract_requirements/", .write, "chat.extract",
        summary: "Replaces the requirements by those of the whole dialogue.", body: []
      ).described(under: "conversation", answer: .array(.model("Requirement")), statuses: [429, 502]),
    ],
    events: [
      EventSpec("conversation_updated", "Requirements of a conversation were created or changed."),
      EventSpec("quota_warning", "80 % of the month's tokens are used."),
      EventSpec("quota_exceeded", "All of the month's tokens are used."),
    ],
    config: [
      ConfigKeySpec("aliases", "table", "Alias → \"provider/model\" or a list of them; default, chat, design, code, qa."),
      ConfigKeySpec("prices", "table", "Model or prefix → {input, output, cached, cache_write} in US dollars per 1000 tokens."),
      ConfigKeySpec("attempts", "integer", default: 3, "Calls of one provider before the next is tried."),
      ConfigKeySpec("call_seconds", "integer", default: 300, "The longest one call of a provider may take."),
      ConfigKeySpec("mode", "string", default: "live", "live, record (keep every reply) or replay (recorded replies only, no model)."),
      ConfigKeySpec("journal", "string", default: "full", "full, or redacted: requests are kept as hash and size only."),
      ConfigKeySpec("unmetered", "list", default: ["llm-offline"], "Providers whose tokens are not held against a tenant's quota."),
      ConfigKeySpec("providers", "table", "Provider → {concurrency, tokens_per_minute}."),
      ConfigKeySpec("tenant_concurrency", "integer", default: 32, "Calls of one tenant at once."),
      ConfigKeySpec("tenant_tokens_per_minute", "integer", default: 0, "Of one tenant; 0 = no limit."),
      ConfigKeySpec("tenants", "table", "Tenant's UUID → {aliases, concurrency, tokens_per_minute}."),
      ConfigKeySpec("cooldown_failures", "integer", default: 5, "Failures in a row after which a provider is left alone."),
      ConfigKeySpec("cooldown_seconds", "integer", default: 30, "For how long."),
    ], schemas: ChatAnswers.schemas)

  private static let message: [FieldSpec] = [
    .text("content").required(), .json("file_ids", default: []).shown(as: .array(.int64)),
  ]
}
