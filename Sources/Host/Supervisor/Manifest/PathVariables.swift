/// What `$STATE` and the like stand for.
package struct PathVariables: Sendable, Equatable {
  /// By name, without the dollar.
  package let values: [String: String]

  package init(_ values: [String: String]) { self.values = values }

  /// The variable a path begins with.
  package static func name(in path: String) -> String? {
    path.hasPrefix("$") ? String(path.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }) : nil
  }

  /// - Returns: nil when the path begins with a variable that has no value.
  package func expand(_ path: String) -> String? {
    guard let name = Self.name(in: path) else { return path }
    return values[name].map { $0 + path.dropFirst(name.count + 1) }
  }
}
