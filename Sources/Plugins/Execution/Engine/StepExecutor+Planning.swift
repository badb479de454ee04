import JSONRPC
import PluginProtocol

extension StepExecutor {
  /// What was agreed in the project's main conversation, and where the delivery branch stands.
  func gather(_ state: RoundState) async throws -> StepResult {
    let project = try await host.row(
      .init("project", filter: [.eq("id", .int(context.project))], shape: .inline(.fields("id", "main_conversation"))))
    var agreed: [AgreedRequirement] = []
    if let conversation = project?["main_conversation"], !conversation.isNull {
      let rows = try await host.rows(
        .init("requirement", filter: [.eq("conversation", conversation)], order: ["created_at"], limit: 1000))
      agreed = AgreedRequirement.list(rows)
    }
    return .gathered(agreed: agreed, head: try await workspace.prepare(head: ""))
  }

  func specify(_ state: RoundState) async throws -> StepResult {
    let prompt = Prompt.spec(requirement: context.requirementText, agreed: state.agreed ?? [], options: state.options)
    let (reply, usage) = try await models.object(prompt, .init(path: "spec"))
    let spec = Spec(reply)
    guard !spec.requirements.isEmpty else { throw TryFailure(reason: "the plan names no requirement", usage: usage) }
    return .specified(spec, usage)
  }

  func accept(_ id: String, _ state: RoundState) async throws -> StepResult {
    guard let spec = state.spec, let requirement = spec[id] else { throw TryFailure(reason: "no requirement \(id)") }
    let standards = AcceptanceMap.standards(for: requirement, in: spec, agreed: state.agreed ?? [])
    let prompt = Prompt.criteria(requirement, spec: spec, standards: standards)
    let (reply, usage) = try await models.object(prompt, .init(path: "\(id)/criteria"))
    let criteria = AcceptanceMap.criteria(Criterion.list(reply, requirement: id), standards: standards, requirement: id)
    guard !criteria.isEmpty else { throw TryFailure(reason: "\(id) has no acceptance criterion", usage: usage) }
    return .accepted(criteria, usage)
  }

  func contract(_ state: RoundState) async throws -> StepResult {
    guard let spec = state.spec else { throw TryFailure(reason: "no plan") }
    let (reply, usage) = try await models.object(.contract(spec), .init(path: "contract"))
    return .contracted(.object(reply), usage)
  }

  /// The best agent for a requirement; one made for it when none reaches the threshold, the best ranked one where that is not allowed, the
  /// house when there is no agent at all.
  func staff(_ id: String, _ state: RoundState) async throws -> StepResult {
    guard let requirement = state.spec?[id] else { throw TryFailure(reason: "no requirement \(id)") }
    let domains: JSON = requirement.domain.isEmpty ? [] : [.string(requirement.domain)]
    let params: JSON = [
      "requirement": ["domains": domains, "notes": .string("\(requirement.title)\n\(requirement.summary)")],
      "role": .string(requirement.role), "requirement_id": .string(String(id.unicodeScalars.prefix(100))), "may_spawn": true,
    ]
    let decision = try await host.call("selection.select", params, deadline: .seconds(30))
    let ranking = decision["ranking"].array ?? []
    let chosen = ranking.first { $0["agent_id"] == decision["selected_agent_id"] } ?? ranking.first
    guard let chosen, let name = chosen["name"].string else { return .staffed(.house, decision: decision) }
    let agent = chosen["agent_id"].int ?? chosen["agent_id"].string.flatMap { Int64($0) }
    return .staffed(Worker(agent: agent, name: name, role: requirement.role), decision: decision)
  }
}

extension StepExecutor {
  /// None when the subsystem that keeps them is off.
  func activeDecisions() async throws -> [JSON] {
    let shape = Shape.fields("id", "category", "key", "value")
    return try await optionalRows(
      .init(
        "project_decision", filter: [.eq("project", .int(context.project)), .eq("is_active", true)], limit: 1000, shape: .inline(shape)))
  }

  func optionalRows(_ selection: StorageRead.Selection) async throws -> [JSON] {
    guard collections.contains(selection.collection) else { return [] }
    return try await host.rows(selection)
  }
}

extension Spec.Requirement {
  /// The selection's word for the category. Source: contract selection.md, section 4.
  var domain: String {
    switch category.lowercased() {
    case "frontend", "ui", "page", "view": "frontend"
    case "backend", "api", "service": "backend"
    case "database", "data": "data"
    case "design": "design"
    case "test", "qa": "qa"
    default: ""
    }
  }

  /// The word shown as the role of whoever works on it.
  var role: String {
    switch domain {
    case "frontend": "Frontend developer"
    case "backend": "Backend developer"
    case "data": "Data engineer"
    case "design": "Designer"
    case "qa": "QA engineer"
    default: "Developer"
    }
  }

  /// The kind of a task. Source: contract data-model.md, api_task.
  var agentType: String {
    switch domain {
    case "frontend": "FE"
    case "backend", "data": "BE"
    case "design": "Design"
    case "qa": "QA"
    default: ""
    }
  }
}
