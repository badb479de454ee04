import Catalogue
import HTTPTypes
import JSONRPC
import PluginProtocol

/// What storage's refusals mean to the client, in the words of the contract (http.md, section 3).
enum StorageRefusal {
  static func of(_ error: RPCError, _ request: CollectionRequest) -> Refusal {
    let collection = request.collection
    switch error.applicationCode {
    case "not_unique": return notUnique((error.data["fields"].array ?? []).compactMap(\.string), collection)
    case "no_reference":
      let name = error.data["field"].string ?? ""
      let value = error.data["value"]
      return .invalid(FieldErrors(wireName(name, collection), Messages.noRow(value.string ?? value.text)))
    case "invalid":
      let name = error.data["field"].string ?? "non_field_errors"
      return .invalid(FieldErrors(wireName(name, collection), error.data["message"].string ?? error.message))
    case "read_only": return .forbidden
    case "in_use":
      let user = request.visit.snapshot.collection(error.data["collection"].string ?? "")?.model ?? "another row"
      return Refusal(
        .conflict,
        ["error": .string("\(collection.model) is in use by \(user)."), "code": .string("\(collection.name)_in_use")])
    case "expectation":
      if error.data["tag"].string == CollectionRoutes.goneTag { return .noRow(collection.model) }
      if error.data["tag"].string == CollectionRoutes.parentTag, let parent = request.parent { return .noRow(parent.model) }
      return Refusal(.conflict, ["error": "The row changed meanwhile.", "code": .string(error.data["tag"].string ?? "conflict")])
    default: return Refusal(error)
    }
  }

  /// The tenant is part of every key and of no message.
  private static func notUnique(_ fields: [String], _ collection: CollectionSpec) -> Refusal {
    let names = fields.filter { $0 != "tenant" }
    guard names.count == 1, let name = names.first else {
      return .invalid(FieldErrors("non_field_errors", Messages.uniqueSet(names.map { wireName($0, collection) })))
    }
    let label = collection.field(name)?.label ?? name.replacing("_", with: " ")
    return .invalid(FieldErrors(wireName(name, collection), Messages.unique(collection.model, label)))
  }

  private static func wireName(_ name: String, _ collection: CollectionSpec) -> String { collection.field(name)?.wireName ?? name }
}
