/// The parameters of a query string, decoded, in their order.
package struct QueryItems: Sendable, Equatable {
  package let items: [(name: String, value: String)]

  /// - Parameter query: what stands behind the `?`; nil = none.
  package init(_ query: Substring) {
    items = query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (PercentCoding.decode(parts[0], plusIsSpace: true), parts.count == 2 ? PercentCoding.decode(parts[1], plusIsSpace: true) : "")
    }
  }

  private init(items: [(name: String, value: String)]) { self.items = items }

  package static let empty = QueryItems("")

  /// The last value of a name.
  package subscript(_ name: String) -> String? { items.last { $0.name == name }?.value }

  package static func == (left: QueryItems, right: QueryItems) -> Bool { left.items.elementsEqual(right.items) { $0 == $1 } }

  /// The items with one replaced (or removed: nil), as a query string ordered by name.
  package func text(replacing name: String, with value: String?) -> String {
    var kept = items.filter { $0.name != name }
    if let value { kept.append((name, value)) }
    return kept.sorted { $0.name < $1.name }
      .map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
  }
}
