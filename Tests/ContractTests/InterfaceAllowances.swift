/// Where the served interface may differ from the contract's document, and why.
enum InterfaceAllowances {
  struct Allowance: Sendable {
    let reason: String
    /// Of a whole line.
    let pattern: String
  }

  /// Routes of the contract that subsystems to come will serve. The test fails for an entry that is served.
  static let notYet: [String: String] = [
    "GET /api/v1/ws/": "the WebSocket, optional in the contract (http.md 15.6)"
  ]

  static let all: [Allowance] = [
    Allowance(reason: "a subsystem may be down (DESIGN 6)", pattern: ".*: status 503 is not in the contract"),
    Allowance(
      reason: "every body has a limit and must be JSON (http.md 3)", pattern: "(POST|PUT|PATCH) .*: status (413|415) is not in the contract"
    ),
    Allowance(reason: "every body may be malformed JSON (http.md 3)", pattern: "(POST|PUT|PATCH) .*: status 400 is not in the contract"),
    Allowance(reason: "a bad query parameter is a 400 everywhere (http.md 3)", pattern: "GET .*: status 400 is not in the contract"),
    Allowance(
      reason: "Idempotency-Key on every POST that creates (DECISIONS 14)",
      pattern: "POST .*: header parameter Idempotency-Key is not in the contract"),
    Allowance(
      reason: "Idempotency-Key on every POST that creates (DECISIONS 14)", pattern: "POST .*: status (409|422) is not in the contract"),
    Allowance(
      reason: "system and operations routes of our own (DESIGN 4)",
      pattern: "GET /(api/docs/|api/v1/system/.*|metrics/)?: is not in the contract"),
    Allowance(
      reason: "guessing is slowed down (http.md 1)", pattern: "POST /api/v1/auth/token/refresh/: status 429 is not in the contract"),
    Allowance(reason: "accounts (DECISIONS 3)", pattern: "(GET|POST) /api/v1/auth/(me|logout|password)/: is not in the contract"),
    Allowance(
      reason: "members, and who did what (DECISIONS 3)",
      pattern: "(GET|POST|PATCH|DELETE) /api/v1/tenant/(members|audit)/(\\{id\\}/)?: is not in the contract"),
    Allowance(
      reason: "an unknown price is flagged (DECISIONS 19)",
      pattern: "GET /api/v1/observability/usage/.*: answer(.results\\[\\])?.cost_known is not in the contract"),
    Allowance(
      reason: "the events of a stream have no schema in OpenAPI 3.1", pattern: ".*(stream|replay)/: answer says nothing of its form"),
    Allowance(reason: "keys can be revoked (DECISIONS 2)", pattern: "DELETE /api/v1/tenant/api-key/\\{id\\}/: is not in the contract"),
    Allowance(
      reason: "files are uploaded and downloaded (DECISIONS 11)",
      pattern: "(GET /api/v1/files/\\{id\\}/download/|POST /api/v1/files/upload/): is not in the contract"),
    Allowance(reason: "a selection explains itself", pattern: "GET /api/v1/execution/selections/\\{id\\}/explain/: is not in the contract"),
    Allowance(
      reason: "and tells what would have changed it",
      pattern: "POST .*/rank-agents/: (body.what_if|answer.what_if|answer.candidates\\[\\].why_not) is not in the contract"),
    Allowance(
      reason: "avatars are drawn here when nobody else draws them",
      pattern: "GET /api/v1/agents/avatars/\\{style\\}/\\{code\\}/: is not in the contract"),
    Allowance(
      reason: "a metaso_spec is taken as it comes", pattern: "POST .*/rank-agents/: body.metaso_spec\\..*"),
    Allowance(
      reason: "what a selection's requirements look like inside is checked by its method",
      pattern: "POST .*/suggest-agents/: body.requirements\\[\\]\\..*"),
    Allowance(
      reason: "[N] every agent says whether it is the system's (http.md 9.1)",
      pattern: ".*\\.is_system is not in the contract|.*answer.results\\[\\].is_system is not in the contract"),
    Allowance(reason: "readiness names our own parts, and says when one is degraded (DESIGN 4)", pattern: "GET /api/health/ready/: .*"),
    Allowance(
      reason: "JSON is YAML 1.2", pattern: "GET /api/schema/: answer is \\[\"application/json\"\\], not \\[\"application/yaml\"\\]"),
    Allowance(
      reason: "a plain array takes the filters and the ordering of its collection too",
      pattern:
        "GET .*(/execution/active|/executions/active|/\\{id\\}/(agents|checkpoints|requirements|tasks))/: query parameter [a-z_]+ is not in the contract"
    ),
    Allowance(
      reason: "tenant streams carry their position (DECISIONS 21), and a replay that broke off goes on where it was",
      pattern: "GET .*/(stream|replay)/: header parameter Last-Event-ID is not in the contract"),
    Allowance(
      reason: "the contract says it as a way to authenticate", pattern: "GET .*/replay/: query parameter token is not in the contract"),
    Allowance(reason: "tokens count in 64 bits", pattern: ".*(total|input|output)_tokens has format int64, not "),
    Allowance(
      reason: "runs of a round can be asked for",
      pattern: "GET /api/v1/observability/executions/: query parameter execution_round is not in the contract"),
    Allowance(reason: "a log's agent name is empty, never null", pattern: "GET .*/logs/: answer\\[\\].agent_name has .*"),
    Allowance(reason: "a QA result is shown as it is stored", pattern: "GET .*/requirements/\\{id\\}/: answer.qa_result\\..* is missing"),
    Allowance(reason: "is_active is passed over on create anyway", pattern: "POST /api/v1/decisions/: body.is_active is missing"),
    Allowance(
      reason: "a round needs no text when requirements were agreed (DECISIONS 23)", pattern: "POST .*/(execute|rerun)/: body.requirement .*"
    ),
    Allowance(
      reason: "the pass rule is an option (DECISIONS 18)", pattern: "POST .*/(execute|rerun)/: body.pass_threshold is not in the contract"),
    Allowance(
      reason: "a round's model calls can be recorded and played back",
      pattern: "POST .*/(execute|rerun)/: body.llm_mode is not in the contract"),
    Allowance(
      reason: "null means not given",
      pattern: "POST .*/(timeline|api-key)/: body.(timestamp|rotate) has type \\[\"null\", \"string\"\\], not \\[\"string\"\\]"),
  ]
}
