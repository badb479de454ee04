package import PluginProtocol

/// Who sent a request: what the credentials prove, and no more.
package struct Caller: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case user(id: Int64)
    case key(id: String, scopes: Set<Scope>)
  }

  package let kind: Kind
  /// Nil for a user who belongs to no tenant.
  package let tenant: TenantFacts?
  /// `owner`, `admin`, `member`; empty for keys and users without tenant.
  package let role: String
  /// A user marked as staff, who looks after the installation.
  package let isOperator: Bool

  package init(_ kind: Kind, tenant: TenantFacts?, role: String = "", isOperator: Bool = false) {
    self.kind = kind
    self.tenant = tenant
    self.role = role
    self.isOperator = isOperator
  }

  package var principal: Principal {
    switch kind {
    case .user(let id): Principal(.user, id: "\(id)", role: role)
    case .key(let id, _): Principal(.key, id: id)
    }
  }

  package var isUser: Bool { if case .user = kind { true } else { false } }
  package var isAdmin: Bool { isUser && (role == "owner" || role == "admin") }

  /// Whether a route with this permission is open to the caller.
  package func may(_ permission: RouteSpec.Permission) -> Bool {
    switch (permission, kind) {
    case (.public, _): true
    case (.admin, _): isAdmin
    case (.operator, _): isOperator
    case (_, .user): true
    case (.read, .key(_, let scopes)): scopes.contains(.read)
    case (.write, .key(_, let scopes)): scopes.contains(.write)
    case (.ingest, .key(_, let scopes)): scopes.contains(.ingest)
    case (.execute, .key(_, let scopes)): scopes.contains(.execute)
    }
  }
}

/// What an API key is good for.
package enum Scope: String, Sendable, CaseIterable {
  case read, write, ingest, execute
}

package struct TenantFacts: Sendable, Equatable {
  package let id: String
  package let slug: String
  package let isActive: Bool

  package init(id: String, slug: String, isActive: Bool) {
    self.id = id
    self.slug = slug
    self.isActive = isActive
  }
}
