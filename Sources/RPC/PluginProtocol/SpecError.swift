/// A description, read or transaction that breaks the protocol; `path` leads to the member, e.g. `collections[2].fields[0].type`.
public struct SpecError: Error, Sendable, Equatable, CustomStringConvertible {
  public let path: String
  public let message: String

  public init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
