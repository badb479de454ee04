public import JSONRPC

/// The collections that one caller may use through storage: `collections` of `meta` (docs/PROTOCOL.md, section 7.2).
public struct CollectionGrant: Sendable, Equatable {
  /// Collections whose rows may be read only.
  public var read: [String]
  /// These may be read, too.
  public var write: [String]

  /// - Parameters:
  ///   - read: names of collections to read; empty = none but those of `write`.
  ///   - write: names of collections to read and write; empty = none.
  public init(read: [String] = [], write: [String] = []) {
    self.read = read
    self.write = write
  }

  /// What is no list of names grants nothing.
  public init(json: JSON) {
    self.init(read: json["read"].array?.compactMap(\.string) ?? [], write: json["write"].array?.compactMap(\.string) ?? [])
  }

  /// As it travels.
  public var json: JSON { ["read": JSON(read), "write": JSON(write)] }

  /// Whether rows of the collection may be read.
  public func mayRead(_ collection: String) -> Bool { read.contains(collection) || mayWrite(collection) }

  /// Whether rows of the collection may be added, changed and deleted.
  public func mayWrite(_ collection: String) -> Bool { write.contains(collection) }

  /// The same and these, to read and write.
  public func adding(_ collections: [String]) -> CollectionGrant {
    CollectionGrant(read: read, write: write + collections.filter { !write.contains($0) })
  }
}
