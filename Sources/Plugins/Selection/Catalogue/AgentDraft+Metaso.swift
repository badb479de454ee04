import JSONRPC
import PluginKit

extension AgentDraft {
  private static let textLimit = 20_000
  private static let nameCountLimit = 100

  /// Reads the `spec` of a suggestion. Source: contract http.md, section 17, create-metaso.
  ///
  /// - Throws: 400 keyed by the member of `spec`.
  init(metaso spec: JSON) throws(RPCError) {
    guard spec.object != nil else { throw HTTPCall.invalid("spec", "Expected a dictionary of items.") }
    var errors = JSONObject()
    let name = LibraryBody.required(spec["name"], "name", limit: Self.nameLimit, &errors)
    let text = LibraryBody.required(spec["description"], "description", limit: Self.textLimit, &errors)
    guard errors.isEmpty else { throw LibraryBody.invalid(["spec": .object(errors)]) }
    let skills = try Self.names(spec["skills"], "skills")
    let domains = try Self.names(spec["domains"], "domains")
    let prompt = (spec["system_prompt"].string ?? "").cut(Self.textLimit)
    self.init(
      number: "", name: name, duty: (domains.first ?? "").cut(Self.dutyLimit), text: prompt.isEmpty ? text : "\(text)\n\(prompt)",
      preview: text.cut(200), offers: [(.skills, skills), (.domains, domains), (.tags, try Self.names(spec["tags"], "tags"))])
  }

  private static func names(_ value: JSON, _ field: String) throws(RPCError) -> [String] {
    let names = try LibraryBody.texts(value, field: field)
    guard names.count <= nameCountLimit, names.allSatisfy({ $0.unicodeScalars.count <= nameLimit }) else {
      throw HTTPCall.invalid(field, "Ensure this field has no more than \(nameCountLimit) elements of \(nameLimit) characters.")
    }
    return names
  }
}
