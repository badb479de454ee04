import JSONRPC
import PluginProtocol

/// What identity answers over HTTP. Source: contract http.md, sections 7 and 8.
enum IdentityAnswers {
  static let schemas: JSONObject = [
    "TokenPair": JSONSchema.object(["access": .string, "refresh": .string]).json,
    "Tenant": JSONSchema.object([
      "id": .uuid, "name": .string(max: 200), "slug": .string(max: 50), "tier": JSONSchema.string.choices("free", "team", "business"),
      "max_tokens_per_month": .int64, "max_projects": .integer, "max_agents_per_project": .integer, "is_active": .boolean,
      "created_at": .datetime, "updated_at": .datetime,
    ]).json,
    "Quota": JSONSchema.object(
      [
        "tokens": .object(
          [
            "used": .int64, "limit": .int64, "percent": .number, "status": JSONSchema.string.choices("ok", "warning", "exceeded"),
            "resets_at": .datetime,
          ], optional: ["status", "resets_at"]),
        "projects": .object(
          ["used": .int64, "limit": .int64, "percent": .number, "status": JSONSchema.string.choices("ok", "warning", "exceeded")],
          optional: ["status"]),
        "storage": .object(
          ["used_bytes": .int64, "file_count": .integer, "artifact_bytes": .int64, "artifact_count": .integer],
          optional: ["artifact_bytes", "artifact_count"]),
        "agents": .object(["limit_per_project": .integer], optional: ["limit_per_project"]),
        "period": .object(["start": .datetime, "end": .datetime], optional: ["start", "end"]),
      ], optional: ["agents", "period"]
    ).json,
    "APIKeyInfo": JSONSchema.object([
      "id": .uuid, "name": .string, "masked": .string, "scopes": .array(JSONSchema.string.choices("read", "write", "ingest", "execute")),
      "created_at": .datetime, "expires_at": JSONSchema.datetime.orNull, "last_used_at": JSONSchema.datetime.orNull,
    ]).json,
    "ApiKeyCreated": JSONSchema.object([
      "id": .uuid, "name": .string, "masked": .string, "scopes": .array(JSONSchema.string.choices("read", "write", "ingest", "execute")),
      "created_at": .datetime, "expires_at": JSONSchema.datetime.orNull, "last_used_at": JSONSchema.datetime.orNull,
      "api_key": .string(max: 64),
    ]).json,
  ]
}
