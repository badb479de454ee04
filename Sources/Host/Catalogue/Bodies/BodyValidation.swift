package import JSONRPC
package import PluginProtocol

/// Checks the body of a write against its fields and turns it into the values storage keeps.
package struct BodyValidation: Sendable {
  package enum Mode: Sendable {
    case create
    /// PUT: required fields must be there, others keep their value.
    case replace
    /// PATCH: only what is there counts.
    case update
  }

  private let fields: [FieldSpec]
  private let coercion: FieldCoercion
  private let fillsDefaults: Bool

  /// - Parameter fillsDefaults: absent fields get their default here; else storage gives it.
  package init(_ fields: [FieldSpec], _ coercion: FieldCoercion, fillsDefaults: Bool = false) {
    self.fields = fields
    self.coercion = coercion
    self.fillsDefaults = fillsDefaults
  }

  /// The object in a body.
  ///
  /// - Throws: ``FieldErrors`` under `non_field_errors` for null, lists and scalars.
  package static func object(_ body: JSON) throws(FieldErrors) -> JSONObject {
    switch body {
    case .object(let object): return object
    case .null: throw FieldErrors("non_field_errors", Messages.noData)
    default: throw FieldErrors("non_field_errors", Messages.body(body))
    }
  }

  /// The clean values under the fields' own names. Unknown and read-only members are passed over in silence.
  ///
  /// - Throws: every error there is, in the order of the fields.
  package func values(_ body: JSONObject, _ mode: Mode) throws(FieldErrors) -> JSONObject {
    var values: JSONObject = [:]
    var errors = FieldErrors()
    if mode == .create, let text = absence(body) { throw FieldErrors(absence: text) }
    for field in fields where !field.isReadOnly && field.auto == nil && (mode == .create || !field.isImmutable) {
      let names = field.writtenAs.isEmpty ? [field.name] : field.writtenAs
      guard let sent = names.lazy.compactMap({ body[$0] }).first else {
        if field.isRequired, mode != .update { errors.add(names[0], [Messages.required]) }
        if fillsDefaults, let value = field.defaultValue { values[field.name] = value }
        continue
      }
      guard field.items.isEmpty || sent.isNull else {
        values[field.name] = items(sent, field, &errors)
        continue
      }
      do {
        values[field.name] = try coercion.coerce(sent, field)
      } catch {
        errors.add(names[0], error.messages)
      }
    }
    guard errors.isEmpty else { throw errors }
    return values
  }

  /// What is said of the first member that is left out and has words of its own for it.
  private func absence(_ body: JSONObject) -> String? {
    fields.first { field in
      let names = field.writtenAs.isEmpty ? [field.name] : field.writtenAs
      return field.absence != nil && names.allSatisfy { body[$0] == nil }
    }?.absence
  }

  /// The objects of a list, each checked like a body.
  private func items(_ sent: JSON, _ field: FieldSpec, _ errors: inout FieldErrors) -> JSON {
    guard let items = sent.array else {
      errors.add(field.wireName, [Messages.list(sent)])
      return .null
    }
    if let limit = field.maxLength, items.count > limit {
      errors.add(field.wireName, [Messages.mostElements(limit)])
      return .null
    }
    let validation = BodyValidation(field.items, coercion, fillsDefaults: fillsDefaults)
    var values: [JSON] = []
    var wrong: [(index: Int, errors: FieldErrors)] = []
    for (index, item) in items.enumerated() {
      do throws(FieldErrors) {
        values.append(.object(try validation.values(BodyValidation.object(item), .create)))
      } catch {
        wrong.append((index, error))
      }
    }
    errors.add(field.wireName, wrong)
    return .array(values)
  }
}

extension FieldSpec {
  /// The name a client knows the field by.
  package var wireName: String { writtenAs.first ?? name }
}
