/// A description, read or transaction that breaks the protocol; `path` leads to the member, e.g. `collections[2].fields[0].type`.
public struct SpecError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where, in members and indexes from the outermost object; empty = that object itself.
  public let path: String
  /// What is wrong there, to be read behind the path: `must be a string`.
  public let message: String

  /// - Parameters:
  ///   - path: where, e.g. `collections[2].fields[0].type`.
  ///   - message: what is wrong there, without the path.
  public init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  /// What an operator reads: `path: message`.
  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
