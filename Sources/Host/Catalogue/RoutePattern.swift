/// The path of a route, cut at its slashes: `/api/v1/tasks/{id:int}/`.
package struct RoutePattern: Sendable, Equatable {
  package enum Segment: Sendable, Equatable {
    case literal(String)
    case placeholder(name: String, kind: Kind)
  }

  /// What a placeholder takes, the pickiest first: that is the order in which they are tried.
  package enum Kind: String, Sendable, CaseIterable {
    case int, uuid, text
  }

  package struct Failure: Error, Equatable { package let reason: String }

  package let text: String
  package let segments: [Segment]

  /// - Throws: ``Failure`` unless the path begins and ends with a slash and its placeholders are well-formed and differ.
  package init(_ text: String) throws(Failure) {
    guard text.hasPrefix("/"), text.hasSuffix("/") else { throw Failure(reason: "must begin and end with /") }
    var segments: [Segment] = []
    for part in text.split(separator: "/") { segments.append(try RoutePattern.segment(part)) }
    let names = segments.compactMap { segment in if case .placeholder(let name, _) = segment { name } else { nil } }
    guard Set(names).count == names.count else { throw Failure(reason: "uses one placeholder twice") }
    self.text = text
    self.segments = segments
  }

  private static func segment(_ part: Substring) throws(Failure) -> Segment {
    guard part.contains(where: { $0 == "{" || $0 == "}" }) else { return .literal(String(part)) }
    guard part.hasPrefix("{"), part.hasSuffix("}") else { throw Failure(reason: "\(part) is not a placeholder") }
    let pieces = part.dropFirst().dropLast().split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(pieces.count), let name = pieces.first, !name.isEmpty, name.allSatisfy({ $0 == "_" || $0.isLetter }) else {
      throw Failure(reason: "\(part) is not a placeholder")
    }
    guard pieces.count == 2 else { return .placeholder(name: String(name), kind: .text) }
    guard let kind = Kind(rawValue: String(pieces[1])), kind != .text else {
      throw Failure(reason: "\(pieces[1]) is not a type of placeholder: int or uuid")
    }
    return .placeholder(name: String(name), kind: kind)
  }
}
