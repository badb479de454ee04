import JSONRPC
import PluginKit

extension SelectionPlugin {
  /// `selection.select_team`: `analysis` is a model's reply, as text or already read; with `ask_model` the model is asked here. Without a
  /// readable analysis the single best agent is the team.
  @Sendable func selectTeam(_ request: Request) async throws -> JSON {
    let params = try request.reader
    let requirement = try params.checked { try Requirement($0["requirement"] ?? [:]) }
    let asks = try params.checked { try $0.bool("ask_model") ?? false }
    let pool = try await pool(params, request)
    guard asks else { return try await Self.team(for: requirement, TeamAnalysis(given: params["analysis"]), pool) }
    let analysis = try await analysis(of: requirement, params, pool, request)
    guard let analysis, try await makeAgents(analysis.newAgentSpecs, params, pool, request) > 0 else {
      return try await Self.team(for: requirement, analysis, pool)
    }
    // Those just made are candidates too; the model sees them and may think again, once.
    let grown = try await self.pool(params, request)
    let second = try await self.analysis(of: requirement, params, grown, request)
    return try await Self.team(for: requirement, second ?? analysis, grown)
  }

  private static let analysisTime: Duration = .seconds(120)
  private static let newAgentLimit = 5

  /// - Returns: nil when no model answers, or not readably: a team can be had without.
  private func analysis(of requirement: Requirement, _ params: WireReader, _ pool: CandidatePool, _ request: Request) async throws
    -> TeamAnalysis?
  {
    let question = TeamQuestion(
      requirementID: try params.checked { try $0.text("requirement_id") ?? "" }, requirement: requirement, agents: pool.agents,
      roles: pool.vocabulary.roles.map(\.name.text))
    let call: JSON = [
      "alias": "default", "purpose": "team", "messages": question.messages, "temperature": 0.2, "max_tokens": 2_000,
      "response_format": ["type": "json"], "attempt": 1, "seed": 0, "agent": ["id": "aa", "name": "AA"],
      "project": params["project"] ?? .null, "round": params["round"] ?? .null,
    ]
    do throws(RPCError) {
      let answer = try await request.host.call("models.complete", call, deadline: Self.analysisTime)
      return TeamAnalysis(reply: answer["text"].string ?? "")
    } catch {
      if error.applicationCode?.hasPrefix("quota") == true { throw error }
      log.warning("no analysis from the model", ["error": error.message])
      return nil
    }
  }

  /// Makes agents the model asks for, where that is allowed and nobody in the catalogue has the name.
  ///
  /// - Returns: how many.
  private func makeAgents(_ specs: [JSON], _ params: WireReader, _ pool: CandidatePool, _ request: Request) async throws -> Int {
    guard try params.checked({ try $0.bool("may_spawn") ?? false }), config.spawn, params["candidates"] == nil, request.meta.tenant != nil
    else { return 0 }
    var known = Set(pool.agents.map { Term($0.name).folded })
    var count = 0
    for (index, spec) in specs.prefix(Self.newAgentLimit).enumerated() {
      // What a model wrote badly is left out.
      guard let draft = try? AgentDraft(metaso: spec), known.insert(Term(draft.name).folded).inserted else { continue }
      let seed = [request.meta.operationID ?? "", "team", String(index), draft.name]
      _ = try await insert(draft, SpawnedAgent.prefix, digits: SpawnedAgent.digitCount, seed: seed, Storage(request.host))
      count += 1
    }
    return count
  }

  @concurrent private static func team(for requirement: Requirement, _ analysis: TeamAnalysis?, _ pool: CandidatePool) async throws -> JSON
  {
    var pool = pool
    do {
      return try pool.team(for: requirement, analysis: analysis).json
    } catch {
      throw error.rpc
    }
  }
}

extension TeamAnalysis {
  /// A reply as text, or already read.
  fileprivate init?(given value: JSON?) {
    switch value {
    case .object(let object)?: self.init(object)
    case .string(let reply)?: self.init(reply: reply)
    default: return nil
    }
  }
}
