import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 17.
extension SelectionPlugin {
  /// `POST /agents/generate-avatars/`: from a provider of images when one is configured, else drawn here.
  @Sendable func generateAvatars(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let style = call.body["style"]?.string.flatMap(AvatarStyle.init) ?? .professional
    let agents = try Self.subjects(call.body["agents"] ?? .null)
    var results: [JSON] = []
    for agent in agents { results.append(try await avatar(of: agent, style, call, request)) }
    let errors = results.count { !$0["error"].isNull }
    return HTTPCall.reply([
      "results": .array(results), "success_count": .int(results.count - errors), "error_count": .int(errors),
    ])
  }

  private static let agentLimit = 10
  private static let imageTime: Duration = .seconds(60)

  private struct Subject {
    let id: JSON
    let name: String
    let description: String
  }

  private static func subjects(_ value: JSON) throws(RPCError) -> [Subject] {
    guard let items = value.array else { throw HTTPCall.invalid("agents", "Expected a list of items but got type \"\(value.typeName)\".") }
    guard items.count <= agentLimit else { throw HTTPCall.invalid("agents", "Ensure this field has no more than \(agentLimit) elements.") }
    var subjects: [Subject] = []
    for (index, item) in items.enumerated() {
      guard item.object != nil else {
        throw LibraryBody.invalid(["agents": .object([String(index): ["non_field_errors": ["Invalid data. Expected a dictionary."]]])])
      }
      let id = item["agent_id"].string ?? item["agent_id"].int.map(String.init)
      subjects.append(Subject(id: JSON(id), name: item["name"].string ?? "", description: item["description"].string ?? ""))
    }
    return subjects
  }

  private func avatar(of agent: Subject, _ style: AvatarStyle, _ call: HTTPCall, _ request: Request) async throws -> JSON {
    guard config.avatarProvider else {
      let code = Fingerprint.long([agent.id.string ?? "", agent.name])
      let letters = Self.initials(agent.name)
      let query = letters.isEmpty ? "" : "?t=\(Self.percentEncoded(letters))"
      return [
        "agent_id": agent.id, "avatar_url": .string("\(call.baseURL)/api/v1/agents/avatars/\(style.rawValue)/\(code)/\(query)"),
        "error": .null,
      ]
    }
    let prompt = "A \(style.rawValue) portrait of \(agent.name.cut(100)), square, plain background. \(agent.description.cut(1_000))"
    do throws(RPCError) {
      let image = try await request.host.call(
        "images.generate", ["prompt": .string(prompt), "size": "256x256"], deadline: Self.imageTime)
      guard let url = image["url"].string else { throw RPCError(.internal, "the provider gave no address") }
      return ["agent_id": agent.id, "avatar_url": .string(url), "error": .null]
    } catch {
      return ["agent_id": agent.id, "avatar_url": .null, "error": .string(error.message)]
    }
  }

  /// Of the first two words; of one word, or a name without spaces, the first letter.
  private static func initials(_ name: String) -> String {
    String(name.split { !$0.isLetter && !$0.isNumber }.prefix(2).compactMap(\.first)).uppercased()
  }

  private static func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain = byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.text([byte]).uppercased()
    }.joined()
  }

  /// `GET /agents/avatars/{style}/{code}/?t=`: the picture itself.
  @Sendable func avatar(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    guard let style = AvatarStyle(rawValue: call.path("style").string ?? ""),
      let drawing = AvatarDrawing(style, code: call.path("code").string ?? "", initials: call.query("t") ?? "")
    else { throw RPCError.application("not_found", status: 404, "no such avatar", body: ["detail": "Not found."]) }
    let head: JSON = [
      "status": 200,
      "headers": [
        "content-type": "image/svg+xml", "cache-control": "public, max-age=31536000, immutable",
        "content-security-policy": "default-src 'none'",
      ],
    ]
    request.progress(head)
    try await request.send(Array(drawing.svg.utf8))
    return head
  }
}
