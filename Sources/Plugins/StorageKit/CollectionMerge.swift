import JSONRPC
package import PluginProtocol

/// The collections storage works with when the catalogue changes: those asked for, and those recorded earlier whose plugin is away now.
///
/// What refers to a collection that nobody has contributed yet is left out until it comes: the field, for which shapes show null, 0 or
/// nothing; or the whole collection when its rows cannot be without.
package struct CollectionMerge {
  package private(set) var collections: [CollectionSpec]
  /// `collection.field` or `collection` of everything left out.
  package private(set) var leftOut: [String] = []

  package init(_ wanted: [CollectionSpec], stored: [CollectionSpec]) {
    let asked = Set(wanted.map(\.name))
    collections = wanted + stored.filter { !asked.contains($0.name) }
    dropWaiting()
    let known = Set(collections.map(\.name))
    collections = collections.map { collection in
      let absent = collection.fields.filter { $0.isReference(outside: known) }.map(\.name)
      leftOut += absent.map { "\(collection.name).\($0)" }
      return CollectionMerge.without(absent, known, collection)
    }
  }

  /// A collection whose rows must refer to one that is not there waits for it, and so do those that must refer to it.
  private mutating func dropWaiting() {
    while true {
      let known = Set(collections.map(\.name))
      let waiting = collections.filter { $0.fields.contains { !$0.isNullable && $0.isReference(outside: known) } }.map(\.name)
      guard !waiting.isEmpty else { return }
      leftOut += waiting
      collections.removeAll { waiting.contains($0.name) }
    }
  }

  private static func without(_ absent: [String], _ known: Set<String>, _ collection: CollectionSpec) -> CollectionSpec {
    var reduced = collection
    func isAbsent(_ path: String) -> Bool { absent.contains(FieldPath.split(path).head) }
    reduced.fields.removeAll { absent.contains($0.name) }
    reduced.order.removeAll { isAbsent(String($0.drop { $0 == "-" })) }
    reduced.filters.removeAll { isAbsent($0.field) }
    reduced.unique.removeAll { $0.fields.contains(where: isAbsent) }
    reduced.nested.removeAll { !known.contains($0.collection) || $0.through.map { !known.contains($0.collection) } ?? false }
    reduced.indexes.removeAll { $0.contains(where: isAbsent) }
    reduced.shapes = collection.shapes.mapValues { Shape($0.members.map { member in stand(in: member, isAbsent, known) }) }
    return reduced
  }

  /// The member itself, or what stands in its place.
  private static func stand(in member: ShapeMember, _ isAbsent: (String) -> Bool, _ known: Set<String>) -> ShapeMember {
    switch member {
    case .field(let field, let name) where isAbsent(field): .value(name, .null)
    case .lookup(let name, let reference, _) where isAbsent(reference): .value(name, .null)
    case .one(let name, let reference, _) where isAbsent(reference): .value(name, .null)
    case .isNull(let name, let field) where isAbsent(field): .value(name, true)
    case .path(let name, let parent, let field) where isAbsent(parent): .field(field, as: name)
    case .tree(let name, let parent, _) where isAbsent(parent): .value(name, .array([]))
    case .many(let name, let collection, _, _, _, _, _) where !known.contains(collection): .value(name, .array([]))
    case .count(let name, let collection, _, _) where !known.contains(collection): .value(name, 0)
    case .sum(let name, let collection, _, _) where !known.contains(collection): .value(name, 0)
    default: member
    }
  }
}

extension FieldSpec {
  fileprivate func isReference(outside known: Set<String>) -> Bool {
    if case .reference(let to, _) = type { !known.contains(to) } else { false }
  }
}
