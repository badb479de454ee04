package import PluginProtocol

/// For whom an operation runs, and when (docs/PROTOCOL.md, section 7.2).
package struct Scope: Sendable, Equatable {
  /// The tenant whose rows are seen; with ``isSystem``, the default tenant of new rows.
  package let tenant: String?
  /// Every row is seen.
  package let isSystem: Bool
  /// The time of the operation, microseconds since 1970.
  package let now: Int64
  /// Who asked, for jobs that go on in their name.
  package let principal: Principal?
  /// The only collections the caller may name; nil = any. Rules of collections look at others all the same.
  package let collections: CollectionGrant?

  package init(tenant: String?, isSystem: Bool, now: Int64, principal: Principal? = nil, collections: CollectionGrant? = nil) {
    self.tenant = tenant
    self.isSystem = isSystem
    self.now = now
    self.principal = principal
    self.collections = collections
  }

  /// The same for what the caller did not name.
  var ofRules: Scope { Scope(tenant: tenant, isSystem: isSystem, now: now, principal: principal) }

  package static func system(now: Int64) -> Scope { Scope(tenant: nil, isSystem: true, now: now) }
}
