import Catalogue
package import JSONRPC
import PluginProtocol

extension Accounts {
  /// At most so many tenants are listed at once.
  private static let listLimit = 1000

  /// - Returns: `{"tenants": […]}`, oldest first, at most 1000.
  package func listTenants(requestID: String) async throws(RPCError) -> JSON {
    let shape = Shape.fields(
      "id", "slug", "name", "tier", "is_active", "max_projects", "max_tokens_per_month", "max_agents_per_project", "created_at")
    let read = StorageRead.select(.init("tenant", order: ["created_at"], limit: Accounts.listLimit, shape: .inline(shape)))
    return ["tenants": try await store.read(read, requestID)["rows"]]
  }

  /// Changes what is given of a tenant; a tenant that is switched off lets nobody in.
  ///
  /// - Returns: the tenant.
  package func updateTenant(
    slug: String, name: String? = nil, tier: String? = nil, isActive: Bool? = nil, limits: Limits = Limits(), requestID: String
  ) async throws(RPCError) -> JSON {
    var sent = limits.fields
    sent["name"] = name.map { .string($0) }
    sent["tier"] = tier.map { .string($0) }
    sent["is_active"] = isActive.map { .bool($0) }
    guard !sent.members.isEmpty else { throw Accounts.refused("invalid", "nothing to change") }
    let values = try Accounts.valid(sent, IdentityCollections.tenant, .update)
    let tenant = try await tenantID(slug, requestID)
    let update = StorageStep.Update(
      "tenant", filter: [.eq("id", tenant)], set: values, expect: .init(1, tag: "tenant"), returning: "detail")
    let results = try await store.transact([.update(update), audit("tenant_changed", "tenant", tenant, slug, requestID)], requestID)
    authenticator.forget()
    return results.first?["row"] ?? .null
  }
}
