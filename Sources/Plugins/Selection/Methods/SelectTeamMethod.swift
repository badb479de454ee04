import JSONRPC
import PluginKit

extension SelectionPlugin {
  /// `selection.select_team`: `analysis` is a model's reply, as text or already read; without a readable one the single best agent is the team.
  @Sendable func selectTeam(_ request: Request) async throws -> JSON {
    let params = try request.reader
    let requirement = try params.checked { try Requirement($0["requirement"] ?? [:]) }
    let analysis: TeamAnalysis? =
      switch params["analysis"] {
      case .object(let object)?: TeamAnalysis(object)
      case .string(let reply)?: TeamAnalysis(reply: reply)
      default: nil
      }
    return try await Self.team(for: requirement, analysis, try await pool(params, request))
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
