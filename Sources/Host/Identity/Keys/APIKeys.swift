import Catalogue
import JSONRPC
import PluginProtocol

/// A tenant's API keys as rows.
struct APIKeys: Sendable {
  /// At most so many keys are listed; a tenant with more has lost count anyway.
  static let listLimit = 1000

  private let store: IdentityStore
  private let clock: WallClock

  init(store: IdentityStore, clock: WallClock) {
    self.store = store
    self.clock = clock
  }

  /// A new key and the step that keeps it.
  func insertion(
    tenant: JSON, name: String, scopes: [Scope], expires: String?, returning: ShapeReference? = nil
  ) -> (key: String, step: StorageStep) {
    let key = APIKey.make()
    let values: JSONObject = [
      "tenant": tenant, "name": .string(name), "hash": .string(APIKey.hash(key)), "masked": .string(APIKey.masked(key)),
      "scopes": JSON(scopes.map(\.rawValue)), "expires_at": JSON(expires),
    ]
    return (key, .insert(.init("api_key", values, returning: returning)))
  }

  func expiry(after life: Duration) -> String { WireDate.text(seconds: clock.seconds() + Int(life.components.seconds)) }

  func isAhead(_ text: String) -> Bool { WireDate.seconds(text).map { $0 > clock.seconds() } ?? false }

  /// What a key becomes when another takes its place: dead at once, or good for the overlap, but never for longer than before.
  func end(of row: JSON, afterHours hours: Int64) -> JSONObject {
    guard hours > 0 else { return ["revoked": true] }
    let end = clock.seconds() + Int(hours) * 3600
    if let expires = row["expires_at"].string.flatMap(WireDate.seconds), expires <= end { return [:] }
    return ["expires_at": .string(WireDate.text(seconds: end))]
  }

  func list(tenant: String, _ requestID: String) async throws(RPCError) -> JSON {
    let read = StorageRead.select(
      .init(
        "api_key", filter: [.eq("tenant", .string(tenant)), .eq("revoked", false)], order: ["created_at"], limit: APIKeys.listLimit,
        shape: .inline(APIKeys.shape)))
    return try await store.read(read, requestID)["rows"]
  }

  /// The condition for one living key of a tenant.
  func filter(_ id: String, tenant: String) -> [Condition] {
    [.eq("id", .string(id)), .eq("tenant", .string(tenant)), .eq("revoked", false)]
  }

  /// What is shown of a key; the key itself never again.
  static let shape = Shape([
    "id", "name", "masked", "scopes", "expires_at", "last_used_at", "created_at",
  ])
}
