package import JSONRPC
package import PluginProtocol

/// The lists of texts that a body brings for rows below the one it writes (contract http.md, section 9.4).
package struct NestedTexts: Sendable, Equatable {
  package let spec: NestedSpec
  package let texts: [JSON]

  package static let countLimit = 1000

  /// What of these lists a body names; others are left alone.
  ///
  /// - Parameter text: the field each text becomes.
  package static func read(
    _ body: JSONObject, _ specs: [NestedSpec], _ coercion: FieldCoercion, text: (NestedSpec) -> FieldSpec?
  ) throws(FieldErrors) -> [NestedTexts] {
    var lists: [NestedTexts] = []
    var errors = FieldErrors()
    for spec in specs {
      guard let sent = body[spec.name], let field = text(spec) else { continue }
      guard !sent.isNull else {
        errors.add(spec.name, [Messages.null])
        continue
      }
      guard let items = sent.array else {
        errors.add(spec.name, [Messages.list(sent)])
        continue
      }
      guard items.count <= countLimit else {
        errors.add(spec.name, [Messages.mostElements(countLimit)])
        continue
      }
      var texts: [JSON] = []
      for (index, item) in items.enumerated() {
        do { texts.append(try coercion.coerce(item, field)) } catch { errors.add(spec.name, at: index, error.messages) }
      }
      lists.append(NestedTexts(spec: spec, texts: texts))
    }
    guard errors.isEmpty else { throw errors }
    return lists
  }
}
