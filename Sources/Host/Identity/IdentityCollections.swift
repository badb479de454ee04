import JSONRPC
package import PluginProtocol

/// The rows identity keeps; the host contributes them to the catalogue like a plugin does.
package enum IdentityCollections {
  package static let all = [tenant, user, tenantUser, apiKey, refreshToken, auditEntry, idempotencyKey, importedRow]

  static let tenant = CollectionSpec(
    "tenant", model: "Tenant", tenancy: .global, key: .uuid,
    fields: [
      .text("name", max: 200).required(), .text("slug", max: 50).required(),
      .choice("tier", ["free", "team", "business"], default: "free"),
      .bigint("max_tokens_per_month", default: 500_000).with { $0.minimum = 0 },
      .integer("max_projects", default: 10).with { $0.minimum = 0 },
      .integer("max_agents_per_project", default: 10).with { $0.minimum = 0 },
      .boolean("is_active", default: true), .createdAt, .updatedAt,
    ], order: ["-created_at"], unique: [["slug"]])

  static let user = CollectionSpec(
    "user", model: "User", tenancy: .global,
    fields: [
      .text("username", max: 150).required(), .text("password", max: 128).required().hidden(), .text("email", max: 254),
      .text("first_name", max: 150), .text("last_name", max: 150), .boolean("is_active", default: true),
      .boolean("is_staff", default: false),
      .boolean("is_superuser", default: false), .datetime("last_login").nullable(),
      // Access tokens issued before this moment are no longer good.
      .datetime("sessions_since").nullable().readOnly().hidden(),
      .datetime("date_joined").readOnly().with { $0.auto = .created },
    ], order: ["id"], unique: [["username"]])

  static let tenantUser = CollectionSpec(
    "tenant_user", model: "TenantUser", tenancy: .global,
    fields: [
      .reference("tenant", to: "tenant").required(), .reference("user", to: "user").required(),
      .choice("role", ["owner", "admin", "member"], default: "member"), .datetime("joined_at").readOnly().with { $0.auto = .created },
    ], order: ["id"], shapes: ["list": memberShape, "detail": memberShape], filters: ["role"], unique: [["user"]], indexes: [["tenant"]])

  private static let memberShape = Shape([
    "id", .field("user", as: "user_id"), .lookup("username", reference: "user", field: "username"),
    .lookup("email", reference: "user", field: "email"), .lookup("first_name", reference: "user", field: "first_name"),
    .lookup("last_name", reference: "user", field: "last_name"), .lookup("is_active", reference: "user", field: "is_active"),
    .lookup("last_login", reference: "user", field: "last_login"), "role", "joined_at",
  ])

  static let apiKey = CollectionSpec(
    "api_key", model: "ApiKey", tenancy: .global, key: .uuid,
    fields: [
      .reference("tenant", to: "tenant").required(), .text("name", max: 100), .text("hash", max: 64).required().hidden(),
      .text("masked", max: 16), .json("scopes", default: []), .datetime("expires_at").nullable(), .datetime("last_used_at").nullable(),
      .boolean("revoked", default: false), .createdAt,
    ], order: ["created_at"], unique: [["hash"]], indexes: [["tenant"]])

  static let refreshToken = CollectionSpec(
    "refresh_token", model: "RefreshToken", tenancy: .global, key: .field("jti"),
    fields: [
      .text("jti", max: 32).required(), .text("family", max: 32).required(), .reference("user", to: "user").required(),
      .datetime("expires_at"), .datetime("used_at").nullable(), .boolean("revoked", default: false),
      // What the token bought: the ids of the pair, so that a second tab gets the same one.
      .text("next_refresh", max: 32), .text("next_access", max: 32),
    ], indexes: [["family"], ["expires_at"]])

  static let auditEntry = CollectionSpec(
    "audit_entry", model: "AuditEntry", tenancy: .global, key: .uuid,
    fields: [
      .uuid("tenant").nullable(), .text("actor_kind", max: 10), .text("actor", max: 64), .text("action", max: 50).required(),
      .text("target", max: 200), .json("detail", default: [:]), .text("request_id", max: 64), .createdAt,
    ], order: ["-created_at"],
    shapes: ["list": .fields("id", "actor_kind", "actor", "action", "target", "detail", "request_id", "created_at")],
    filters: [
      "action", "actor_kind", "actor", FilterSpec("from", field: "created_at", op: .ge), FilterSpec("to", field: "created_at", op: .lt),
    ], indexes: [["tenant", "created_at"]])

  /// Which row of an imported database became which of ours.
  static let importedRow = CollectionSpec(
    "imported_row", model: "ImportedRow", tenancy: .global, key: .field("source"),
    fields: [.text("source", max: 200).required(), .bigint("target").required(), .uuid("tenant").nullable(), .createdAt])

  /// What an `Idempotency-Key` already made: `row` is the key of the row, or the path of the call.
  static let idempotencyKey = CollectionSpec(
    "idempotency_key", model: "IdempotencyKey", tenancy: .owned, key: .uuid,
    fields: [
      .text("digest", max: 64).required(), .text("body_digest", max: 64).required(), .json("row", default: .null),
      // Of a call: its status and body, once there is an answer.
      FieldSpec("answer", .json).nullable(), .createdAt,
    ], unique: [["digest"]], indexes: [["created_at"]])
}
