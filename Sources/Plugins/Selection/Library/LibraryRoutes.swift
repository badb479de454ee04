import JSONRPC
import PluginProtocol

/// Source: contract http.md, section 17.
enum LibraryRoutes {
  static let all: [RouteSpec] = [
    .rpc(
      "POST", "/api/v1/projects/{id:int}/rank-agents/", .execute, "selection.rank_agents",
      summary: "Ranks agents for a role, with reasons.",
      body: [
        .text("role").required(), .json("skills", default: []).shown(as: .array(.string)),
        .json("domains", default: []).shown(as: .array(.string)), .json("metaso_spec", default: .null).nullable().shown(as: .map),
        .json("what_if", default: .null).nullable(),
        .integer("offset").with { $0.minimum = 0 },
        .integer("limit", default: 3).with {
          $0.minimum = 1
          $0.maximum = 20
        },
      ]
    ).described(under: "project", answer: .model("RankAgentsResponse")).denyingForeign(),
    .rpc(
      "POST", "/api/v1/projects/{id:int}/suggest-agents/", .execute, "selection.suggest_agents",
      summary: "Suggests roles and agents for a list of requirements.",
      body: [FieldSpec("requirements", .json).required().shown(as: .array(wish))]
    ).described(under: "project", answer: .model("SuggestAgentsResponse"), statuses: [429]).denyingForeign(),
    .rpc(
      "POST", "/api/v1/agents/create-metaso/", .execute, "selection.create_metaso", status: 201,
      summary: "Makes a suggested agent one of the tenant's.",
      body: [FieldSpec("project_id", .bigint).required(), FieldSpec("spec", .json).required().shown(as: .model("MetasoAgent"))]
    ).described(answer: .object(["agent": .model("Agent")]), statuses: [404]),
    .rpc(
      "POST", "/api/v1/agents/generate-avatars/", .execute, "selection.generate_avatars", summary: "Pictures for up to ten agents.",
      body: [
        FieldSpec("agents", .json).required().shown(as: .array(LibraryAnswers.avatarSubject)),
        .choice("style", AvatarStyle.allCases.map(\.rawValue), default: "professional"),
      ]
    ).described(answer: .model("AvatarResponse")),
    .rpc(
      "GET", "/api/v1/agents/avatars/{style}/{code}/", .public, "selection.avatar", raw: true,
      summary: "A picture drawn from a code; the same code is always the same picture."
    ).described(answer: JSONSchema(["type": "string", "contentMediaType": "image/svg+xml"]), statuses: [404]),
  ]

  private static let wish = JSONSchema.object(["id": .string, "content": .string, "skills": .array(.string)], optional: ["skills"])
}
