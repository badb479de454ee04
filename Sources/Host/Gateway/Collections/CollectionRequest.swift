import Catalogue
import Identity
import JSONRPC
import PluginProtocol

/// A visit to a declarative route, with its collection at hand.
struct CollectionRequest: Sendable {
  let visit: Visit
  let target: RouteSpec.CollectionTarget
  let collection: CollectionSpec
  let reach: CollectionReach

  /// - Returns: nil when nobody contributes the collection any more.
  init?(_ visit: Visit, _ target: RouteSpec.CollectionTarget) {
    guard let collection = visit.snapshot.collection(target.collection) else { return nil }
    self.visit = visit
    self.target = target
    self.collection = collection
    reach = CollectionReach(visit, collection)
  }

  /// The route's own conditions with placeholders filled in.
  var fixedFilter: [Condition] { target.filter.map { fill($0) } + reach.filter }

  /// The one row a path names.
  var rowFilter: [Condition] { [.eq(collection.keyField, visit.key)] + fixedFilter }

  /// The parent row the path names, with the model of the 404 it gives when it cannot be seen.
  var parent: (filter: [Condition], collection: String, model: String)? {
    guard let parent = target.parent, let spec = visit.snapshot.collection(parent.collection) else { return nil }
    let key = visit.parameters[parent.parameter] ?? .null
    return ([.eq(spec.keyField, key)], parent.collection, spec.model)
  }

  /// What clients may write here: not what the route itself sets.
  var validation: BodyValidation {
    let fixed = Set(fixedValues.names)
    return BodyValidation(collection.fields.filter { !fixed.contains($0.name) }, visit.coercion)
  }

  /// What every row made here gets.
  var fixedValues: JSONObject {
    var values: JSONObject = [:]
    for condition in target.filter {
      if case .compare(let field, .eq, let value) = fill(condition) { values[field] = value }
    }
    return values
  }

  private func fill(_ condition: Condition) -> Condition {
    switch condition {
    case .any(let groups): .any(groups.map { group in group.map { fill($0) } })
    case .compare(let field, let op, let value):
      if let name = value.object?["$path"]?.string {
        .compare(field: field, op: op, value: visit.parameters[name] ?? .null)
      } else if value.object?["$tenant"] == true {
        .compare(field: field, op: op, value: JSON(visit.caller?.tenant?.id))
      } else {
        condition
      }
    }
  }
}
