import Catalogue
package import JSONRPC
import PluginProtocol

/// Makes tenants, users and keys: what the command line does through the control socket.
package struct Accounts: Sendable {
  /// A tenant's first numbers; nil = the default.
  package struct Limits: Sendable {
    package var maxProjects: Int64?
    package var maxTokensPerMonth: Int64?
    package var maxAgentsPerProject: Int64?

    package init(maxProjects: Int64? = nil, maxTokensPerMonth: Int64? = nil, maxAgentsPerProject: Int64? = nil) {
      self.maxProjects = maxProjects
      self.maxTokensPerMonth = maxTokensPerMonth
      self.maxAgentsPerProject = maxAgentsPerProject
    }

    /// The fields they are kept in.
    var fields: JSONObject {
      var fields: JSONObject = [:]
      fields["max_projects"] = maxProjects.map { .int($0) }
      fields["max_tokens_per_month"] = maxTokensPerMonth.map { .int($0) }
      fields["max_agents_per_project"] = maxAgentsPerProject.map { .int($0) }
      return fields
    }
  }

  let store: IdentityStore
  private let passwords: PasswordKeeper
  private let keys: APIKeys

  let authenticator: Authenticator

  init(store: IdentityStore, passwords: PasswordKeeper, keys: APIKeys, authenticator: Authenticator) {
    self.authenticator = authenticator
    self.store = store
    self.passwords = passwords
    self.keys = keys
  }

  /// - Returns: `{"id", "slug", "api_key"}`; the key is shown this once.
  /// - Throws: −31100 `invalid` or `slug_taken`, with a message for the person at the terminal.
  package func createTenant(
    name: String, slug: String, tier: String = "free", limits: Limits = Limits(), requestID: String
  ) async throws(RPCError) -> JSON {
    guard !slug.isEmpty, slug.utf8.count <= 50, slug.utf8.allSatisfy(Accounts.isSlugByte) else {
      throw Accounts.refused("invalid", "a slug is 1 to 50 letters, digits, - and _, not \"\(slug)\"")
    }
    let named: JSONObject = ["name": .string(name), "slug": .string(slug), "tier": .string(tier)]
    let sent = named.merging(limits.fields)
    let values = try Accounts.valid(sent, IdentityCollections.tenant)
    let (key, step) = keys.insertion(tenant: StorageValue.ref("tenant"), name: "default", scopes: Scope.allCases, expires: nil)
    let results: [JSON]
    do {
      results = try await store.transact(
        [
          .insert(.init("tenant", values, as: "tenant")), step,
          audit("tenant_created", "tenant", StorageValue.ref("tenant"), slug, requestID),
        ], requestID)
    } catch let error where error.applicationCode == "not_unique" {
      throw Accounts.refused("slug_taken", "there is already a tenant with the slug \(slug)")
    }
    return ["id": results.first?["ids"][0] ?? .null, "slug": .string(slug), "api_key": .string(key)]
  }

  /// - Returns: `{"id", "username", "tenant", "role"}`.
  package func createUser(
    username: String, tenant slug: String, role: String, password: String, isOperator: Bool = false, requestID: String
  ) async throws(RPCError) -> JSON {
    let password = password.trimmed
    if let fault = PasswordRule.fault(password) { throw Accounts.refused("invalid", "password: \(fault)") }
    guard ["owner", "admin", "member"].contains(role) else {
      throw Accounts.refused("invalid", "a role is owner, admin or member, not \(role)")
    }
    let tenant = try await tenantID(slug, requestID)
    let hash = try await passwords.hash(password)
    let values = try Accounts.valid(
      ["username": .string(username), "password": .string(hash), "is_staff": .bool(isOperator)], IdentityCollections.user)
    let steps: [StorageStep] = [
      .insert(.init("user", values, as: "user")),
      .insert(.init("tenant_user", ["tenant": tenant, "user": StorageValue.ref("user"), "role": .string(role)])),
      audit("user_created", "user", tenant, username, requestID),
    ]
    let results: [JSON]
    do {
      results = try await store.transact(steps, requestID)
    } catch let error where error.applicationCode == "not_unique" {
      throw Accounts.refused("username_taken", "there is already a user \(username)")
    }
    return [
      "id": results.first?["ids"][0] ?? .null, "username": values["username"] ?? .null, "tenant": .string(slug), "role": .string(role),
    ]
  }

  /// - Parameters:
  ///   - scopes: nil = all.
  ///   - ttl: nil = for ever.
  /// - Returns: `{"id", "api_key"}`; the key is shown this once.
  package func createKey(
    tenant slug: String, name: String, scopes: [String]? = nil, ttl: Duration? = nil, requestID: String
  ) async throws(RPCError) -> JSON {
    let tenant = try await tenantID(slug, requestID)
    var wanted: [Scope] = []
    for text in scopes ?? Scope.allCases.map(\.rawValue) {
      guard let scope = Scope(rawValue: text) else {
        throw Accounts.refused("invalid", "\(text) is not a scope: read, write, ingest, execute")
      }
      wanted.append(scope)
    }
    let (key, step) = keys.insertion(tenant: tenant, name: name, scopes: wanted, expires: ttl.map { keys.expiry(after: $0) })
    let results = try await store.transact([step, audit("key_created", "api_key", tenant, name, requestID)], requestID)
    return ["id": results.first?["ids"][0] ?? .null, "api_key": .string(key)]
  }

  func tenantID(_ slug: String, _ requestID: String) async throws(RPCError) -> JSON {
    guard let row = try await store.row("tenant", [.eq("slug", .string(slug))], .inline(.fields("id")), requestID) else {
      throw Accounts.refused("not_found", "there is no tenant with the slug \(slug)")
    }
    return row["id"]
  }

  func audit(_ action: String, _ kind: String, _ tenant: JSON, _ target: String, _ requestID: String) -> StorageStep {
    AuditEntry(actor: Principal(.system, id: "cli"), action: action, target: "\(kind) \(target)", tenant: tenant).step(requestID)
  }

  static func valid(
    _ sent: JSONObject, _ collection: CollectionSpec, _ mode: BodyValidation.Mode = .create
  ) throws(RPCError) -> JSONObject {
    do {
      return try BodyValidation(collection.fields, FieldCoercion { _ in nil }).values(sent, mode)
    } catch {
      let first = error.json.members.first
      throw refused("invalid", "\(first?.name ?? "value"): \(first?.value[0].string ?? "is not valid")")
    }
  }

  static func refused(_ code: String, _ message: String) -> RPCError { .application(code, status: 400, message) }

  private static func isSlugByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
