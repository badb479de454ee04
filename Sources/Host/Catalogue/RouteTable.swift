package import JSONRPC
package import PluginProtocol

/// A route that is mounted: one method of one path.
package final class MountedRoute: Sendable {
  package let method: String
  package let pattern: RoutePattern
  package let plugin: String
  package let permission: RouteSpec.Permission
  package let target: RouteSpec.Target
  package let status: Int
  package let summary: String
  package let body: [FieldSpec]?
  package let upload: RouteSpec.Upload?
  /// What the plugin said of it.
  package let spec: RouteSpec

  /// - Throws: ``RoutePattern/Failure`` for a malformed path.
  package init(_ spec: RouteSpec, of plugin: String) throws(RoutePattern.Failure) {
    method = spec.method
    pattern = try RoutePattern(spec.path)
    self.plugin = plugin
    permission = spec.permission
    target = spec.target
    status = spec.status
    summary = spec.summary
    body = spec.body
    upload = spec.upload
    self.spec = spec
  }
}

/// What a path leads to: the methods it knows, and the values of its placeholders.
package struct RouteMatch: Sendable {
  package let routes: [String: MountedRoute]
  package let values: [String]
  /// A number that no row can have: beyond 64 bits.
  package let isBeyondReach: Bool

  /// The placeholders of one of the routes, by name; numbers as numbers.
  package func parameters(of route: MountedRoute) -> JSONObject {
    var object: JSONObject = [:]
    var values = values[...]
    for case .placeholder(let name, let kind) in route.pattern.segments {
      guard let value = values.popFirst() else { break }
      object[name] = kind == .int ? Int64(value).map { .int($0) } ?? .string(value) : .string(value)
    }
    return object
  }
}

/// Routes as a tree of segments. A literal wins over a placeholder, a picky placeholder over a lax one.
package struct RouteTable: Sendable {
  private struct Node: Sendable {
    var literals: [String: Int] = [:]
    var placeholders: [RoutePattern.Kind: Int] = [:]
    var routes: [String: MountedRoute] = [:]
  }

  private var nodes: [Node] = [Node()]

  package init() {}

  /// - Returns: the route that already has this method and path, and keeps it.
  package mutating func insert(_ route: MountedRoute) -> MountedRoute? {
    var at = 0
    for segment in route.pattern.segments { at = child(of: at, segment) }
    if let earlier = nodes[at].routes[route.method] { return earlier }
    nodes[at].routes[route.method] = route
    return nil
  }

  private mutating func child(of index: Int, _ segment: RoutePattern.Segment) -> Int {
    let known =
      switch segment {
      case .literal(let text): nodes[index].literals[text]
      case .placeholder(_, let kind): nodes[index].placeholders[kind]
      }
    if let known { return known }
    nodes.append(Node())
    switch segment {
    case .literal(let text): nodes[index].literals[text] = nodes.count - 1
    case .placeholder(_, let kind): nodes[index].placeholders[kind] = nodes.count - 1
    }
    return nodes.count - 1
  }

  /// - Parameter segments: the path between its slashes, percent-decoded.
  package func match(_ segments: [String]) -> RouteMatch? {
    var values: [String] = []
    guard let node = find(0, segments[...], &values) else { return nil }
    let beyond = values.contains { !$0.isEmpty && $0.utf8.allSatisfy(RouteTable.isDigit) && Int64($0) == nil }
    return RouteMatch(routes: nodes[node].routes, values: values, isBeyondReach: beyond)
  }

  private func find(_ index: Int, _ rest: ArraySlice<String>, _ values: inout [String]) -> Int? {
    guard let segment = rest.first else { return nodes[index].routes.isEmpty ? nil : index }
    if let literal = nodes[index].literals[segment], let found = find(literal, rest.dropFirst(), &values) { return found }
    for kind in RoutePattern.Kind.allCases {
      guard let next = nodes[index].placeholders[kind], let value = RouteTable.value(segment, kind) else { continue }
      values.append(value)
      if let found = find(next, rest.dropFirst(), &values) { return found }
      values.removeLast()
    }
    return nil
  }

  private static func value(_ segment: String, _ kind: RoutePattern.Kind) -> String? {
    switch kind {
    case .int: segment.utf8.allSatisfy(isDigit) ? segment : nil
    case .uuid: UUIDText.canonical(segment)
    case .text: segment
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// Every route, ordered by path and method.
  package var all: [MountedRoute] {
    nodes.flatMap(\.routes.values).sorted { ($0.pattern.text, $0.method) < ($1.pattern.text, $1.method) }
  }
}
