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
    ).described(under: "project", answer: .model("RankAgentsResponse")),
    .rpc(
      "POST", "/api/v1/projects/{id:int}/suggest-agents/", .execute, "selection.suggest_agents",
      summary: "Suggests roles and agents for a list of requirements.",
      body: [FieldSpec("requirements", .json).required().shown(as: .array(wish))]
    ).described(under: "project", answer: .model("SuggestAgentsResponse"), statuses: [429]),
  ]

  private static let wish = JSONSchema.object(["id": .string, "content": .string, "skills": .array(.string)], optional: ["skills"])
}
