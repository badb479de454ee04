import JSONRPC

/// What a model is asked about a requirement: who is needed. Source: contract selection.md, section 10; docs/OFFLINE.md, section 1.
struct TeamQuestion: Sendable {
  /// Candidates shown, and of each so many skills, domains and tags.
  private static let candidateLimit = 15
  private static let nameLimits = (skills: 5, domains: 3, tags: 5)
  private static let notesLimit = 8_000

  let requirementID: String
  let requirement: Requirement
  let agents: [AgentProfile]
  let roles: [String]

  var messages: JSON {
    let system = """
      You decide who works on one requirement of a software project: one agent, or a team. Required and optional roles are among \
      \(roles.joined(separator: ", ")). Name a new agent only when none of the candidates can do what is needed. Answer with one JSON object \
      and nothing else:
      ```json
      {"complexity":"low|medium|high","needs_collaboration":false,"required_roles":[],"optional_roles":[],\
      "collaboration_mode":"single|sequential|parallel|iterative","reasoning":"…","new_agent_specs":[{"role":"…","agent_id":"…","name":"…",\
      "description":"…","skills":[],"domains":[],"tags":[],"parent_domain":null,"system_prompt":"…"}]}
      ```
      """
    return [
      ["role": "system", "content": .string(system)],
      ["role": "user", "content": .string("This is the requirement, and these are the first candidates.\n```json\n\(input.text)\n```")],
    ]
  }

  private var input: JSON {
    let candidates = agents.prefix(Self.candidateLimit).map { agent -> JSON in
      let names = agent.capabilities.names
      return [
        "agent_id": .string(agent.id), "name": .string(agent.name), "skills": Self.some(names[.skills], Self.nameLimits.skills),
        "domains": Self.some(names[.domains], Self.nameLimits.domains), "tags": Self.some(names[.complianceTags], Self.nameLimits.tags),
      ]
    }
    return [
      "requirement": [
        "id": .string(requirementID), "summary": .string(requirement.notes.cut(Self.notesLimit)),
        "skills": JSON(requirement.names[.skills].sortedTexts),
      ],
      "candidates": .array(candidates),
    ]
  }

  private static func some(_ names: Set<Term>, _ limit: Int) -> JSON { JSON(Array(names.sortedTexts.prefix(limit))) }
}
