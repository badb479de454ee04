public import JSONRPC

/// Who acts: the `principal` of `meta` (docs/PROTOCOL.md, section 2.3).
public struct Principal: Sendable, Hashable {
  /// What acts: a user, an API key, a job of the tenant, or the host itself.
  public enum Kind: String, Sendable { case user, key, job, system }

  public var kind: Kind
  public var id: String
  /// `owner`, `admin`, `member`, or empty.
  public var role: String

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
