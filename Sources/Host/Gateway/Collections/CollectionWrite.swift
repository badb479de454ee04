import Catalogue
import JSONRPC
import PluginProtocol

/// The body of a write, checked and coerced: the row's own values, and the lists that become rows below it.
struct CollectionWrite {
  let values: JSONObject
  let nested: [NestedTexts]

  /// - Throws: 400 with all that is wrong.
  init(_ body: JSONBody, _ request: CollectionRequest, _ mode: BodyValidation.Mode) throws(Refusal) {
    var errors = FieldErrors()
    var values: JSONObject = [:]
    var nested: [NestedTexts] = []
    let object: JSONObject
    do { object = try BodyValidation.object(body.json) } catch { throw .invalid(error) }
    do { values = try request.validation.values(object, mode) } catch { errors.add(error) }
    let specs = request.collection.nested.filter { mode == .create || $0.through == nil }
    do {
      nested = try NestedTexts.read(object, specs, request.visit.coercion) { spec in
        request.visit.snapshot.collection(spec.collection)?.field(spec.text)
      }
    } catch { errors.add(error) }
    guard errors.isEmpty else { throw .invalid(errors) }
    self.values = values
    self.nested = nested
  }

  /// After the step named `row`: the rows below it, and the row as it is then. None when the body named no list.
  func nestedSteps(_ request: CollectionRequest, replaces: Bool) -> [StorageStep] {
    guard !nested.isEmpty else { return [] }
    let key = StorageValue.ref("row", request.collection.keyField)
    let steps = nested.flatMap { list in
      list.spec.through.map { through(list, $0, request, key) } ?? CollectionWrite.below(list, key, replaces: replaces)
    }
    let shown = StorageRead.Selection(
      request.collection.name, filter: [.eq(request.collection.keyField, key)], limit: 1, shape: request.shape)
    return steps + [.read(.get(shown))]
  }

  private static func below(_ list: NestedTexts, _ key: JSON, replaces: Bool) -> [StorageStep] {
    let spec = list.spec
    var steps: [StorageStep] = []
    if replaces { steps.append(.delete(collection: spec.collection, filter: [.eq(spec.by, key)], expect: nil)) }
    guard !list.texts.isEmpty else { return steps }
    let rows = list.texts.enumerated().map { index, text in
      var row: JSONObject = [spec.by: key, spec.text: text]
      if let place = spec.place { row[place] = .int(index) }
      return row
    }
    steps.append(.insert(.init(spec.collection, rows: rows)))
    return steps
  }

  /// The row between, the rows below it, and the link to it.
  private func through(
    _ list: NestedTexts, _ through: NestedSpec.Through, _ request: CollectionRequest, _ key: JSON
  ) -> [StorageStep] {
    guard !list.texts.isEmpty else { return [] }
    let name = "\(list.spec.name)_through"
    let between = StorageValue.ref(name, request.visit.snapshot.collection(through.collection)?.keyField ?? "id")
    var values = through.values
    values[through.by] = key
    return [.insert(.init(through.collection, values, as: name))]
      + CollectionWrite.below(list, between, replaces: false)
      + [.update(.init(request.collection.name, filter: [.eq(request.collection.keyField, key)], set: [through.link: between]))]
  }
}

extension CollectionRequest {
  /// The shape of one row in answers.
  var shape: ShapeReference { .named(target.shape) }
}
