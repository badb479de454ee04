public import JSONRPC

/// Who acts: the `principal` of `meta` (docs/PROTOCOL.md, section 2.3).
public struct Principal: Sendable, Hashable {
  /// What acts: a user, an API key, a job of the tenant, or the host itself.
  public enum Kind: String, Sendable {
    /// A person who has logged in.
    case user
    /// An API key of a tenant.
    case key
    /// A job of a tenant; one that a plugin leases acts as who enqueued it (docs/PROTOCOL.md, section 8.4).
    case job
    /// The host itself, or a plugin on its own account.
    case system
  }

  /// What acts; ``id`` means nothing without it.
  public var kind: Kind
  /// Of a user the number, of an API key its UUID, of the system `host`, `cli` or a plugin's id; empty when it was not said.
  public var id: String
  /// `owner`, `admin`, `member`, or empty.
  public var role: String

  /// - Parameters:
  ///   - kind: what acts.
  ///   - id: which one of the kind.
  ///   - role: of a user in the tenant: `owner`, `admin` or `member`; empty = none.
  public init(_ kind: Kind, id: String, role: String = "") {
    self.kind = kind
    self.id = id
    self.role = role
  }

  /// Nil when there is none, or of a kind this version does not know.
  public init?(json: JSON) {
    guard let kind = json["kind"].string.flatMap(Kind.init(rawValue:)) else { return nil }
    self.init(kind, id: json["id"].string ?? "", role: json["role"].string ?? "")
  }

  /// As it travels.
  public var json: JSON { ["kind": .string(kind.rawValue), "id": .string(id), "role": .string(role)] }
}
