import JSONRPC
import PluginKit

/// An agent that would be made for a role. Source: contract http.md, section 17.
struct GeneratedAgent: Sendable, Equatable {
  let id: String
  let name: String
  let description: String
  let skills: [String]
  let domains: [String]
  let tags: [String]
  var estimatedScore: Double

  /// Reads a client's description of one.
  ///
  /// - Parameter field: the member of the body it is, for messages.
  init(_ object: JSONObject, field: String) throws(RPCError) {
    id = object["agent_id"]?.string ?? ""
    name = object["name"]?.string ?? ""
    description = object["description"]?.string ?? ""
    skills = try LibraryBody.texts(object["skills"], field: field)
    domains = try LibraryBody.texts(object["domains"], field: field)
    tags = try LibraryBody.texts(object["tags"], field: field)
    let score = object["estimated_score"] ?? .null
    guard score.isNull || score.double != nil else { throw HTTPCall.invalid(field, "estimated_score: A valid number is required.") }
    estimatedScore = score.double ?? 0.5
  }
}
