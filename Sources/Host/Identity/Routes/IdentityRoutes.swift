import JSONRPC
package import PluginProtocol

/// Identity's routes as a description, like a plugin's: their RPC methods are answered within the host.
package enum IdentityRoutes {
  /// The capability that never leaves the host.
  package static let capability = "identity"

  package static let description = PluginDescription(
    provides: [capability], collections: IdentityCollections.all,
    routes: [
      .rpc(
        "POST", "/api/v1/auth/token/", .public, "identity.login", summary: "Log in",
        body: [.text("username", max: 150).required(), .text("password").required()]
      ).described(answer: .model("TokenPair"), statuses: [401, 429]),
      .rpc(
        "POST", "/api/v1/auth/token/refresh/", .public, "identity.refresh", summary: "Spend a refresh token",
        body: [.text("refresh").required()]
      ).described(answer: .model("TokenPair"), statuses: [401]),
      .rpc(
        "POST", "/api/v1/auth/logout/", .public, "identity.logout", status: 204, summary: "End the session",
        body: [.text("refresh").required()]),
      .rpc("GET", "/api/v1/auth/me/", .read, "identity.me", summary: "Who am I"),
      .rpc(
        "POST", "/api/v1/auth/password/", .read, "identity.changePassword", summary: "Change the password, which ends every other session",
        body: [.text("current_password").required(), .text("new_password").required()]),
      .get("/api/v1/tenant/members/", .init("tenant_user", .list, filter: mine), permission: .admin, summary: "The members of the tenant"),
      .get("/api/v1/tenant/members/{id:int}/", .init("tenant_user", .show, filter: mine), permission: .admin),
      .rpc("POST", "/api/v1/tenant/members/", .admin, "identity.addMember", status: 201, summary: "Add a member", body: memberFields),
      .rpc(
        "PATCH", "/api/v1/tenant/members/{id:int}/", .admin, "identity.changeMember", summary: "Change a member's role",
        body: [role.required()]),
      .rpc("DELETE", "/api/v1/tenant/members/{id:int}/", .admin, "identity.removeMember", status: 204, summary: "Remove a member"),
      .get("/api/v1/tenant/audit/", .init("audit_entry", .list, filter: mine), permission: .admin, summary: "Who did what"),
      .rpc("GET", "/api/v1/tenant/", .read, "identity.tenant", summary: "The tenant")
        .described(answer: .model("Tenant"), statuses: [404]),
      .rpc("GET", "/api/v1/tenant/quota/", .read, "identity.quota", summary: "What is used of the tenant's limits")
        .described(answer: .model("Quota"), statuses: [404]),
      .rpc("GET", "/api/v1/tenant/api-key/", .read, "identity.keys", summary: "The tenant's API keys, masked")
        .described(answer: .array(.model("APIKeyInfo")), statuses: [404]),
      .rpc(
        "POST", "/api/v1/tenant/api-key/", .read, "identity.addKey", status: 201, summary: "Create or rotate an API key", body: keyFields
      )
      .described(answer: .model("ApiKeyCreated"), statuses: [404]),
      .rpc("DELETE", "/api/v1/tenant/api-key/{id:uuid}/", .read, "identity.revokeKey", status: 204, summary: "Revoke an API key"),
    ], schemas: IdentityAnswers.schemas)

  /// These never look at credentials (contract http.md, section 2.1).
  package static let withoutCredentials: Set<String> = ["identity.login", "identity.refresh", "identity.logout"]

  private static let mine: [Condition] = [.eq("tenant", ["$tenant": true])]

  private static let role = FieldSpec.choice("role", ["owner", "admin", "member"])

  private static let memberFields: [FieldSpec] = [
    .text("username", max: 150).required(), role.defaults("member"), .text("password").nullable(), .text("email", max: 254),
    .text("first_name", max: 150),
    .text("last_name", max: 150),
  ]

  /// No scopes means all of them, or those of the key that is rotated.
  private static let keyFields: [FieldSpec] = [
    .text("name", max: 100), .json("scopes", default: []).shown(as: .array(.string.choices("read", "write", "ingest", "execute"))),
    .datetime("expires_at").nullable(),
    .uuid("rotate").nullable(),
    .integer("overlap_hours").with {
      $0.minimum = 0
      $0.maximum = 720
    },
  ]
}
