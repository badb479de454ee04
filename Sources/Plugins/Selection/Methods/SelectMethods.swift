import JSONRPC
import PluginKit
import PluginProtocol

extension SelectionPlugin {
  /// `selection.select`: one requirement; the decision is the result.
  @Sendable func select(_ request: Request) async throws -> JSON {
    let params = try request.reader
    return try await decide([try params.checked { try SelectionAsk($0) }], params, request)[0]
  }

  /// `selection.select_many`: the members of `requests`, each as the params of `select`, over the same candidates.
  @Sendable func selectMany(_ request: Request) async throws -> JSON {
    let params = try request.reader
    let asks = try params.checked { reader in
      let items = try reader.items("requests")
      guard (1...Self.requestLimit).contains(items.count) else { throw reader.wrong("requests", "expected 1 to \(Self.requestLimit)") }
      return try items.enumerated().map { try SelectionAsk(WireReader($1, "requests[\($0)]")) }
    }
    return ["decisions": .array(try await decide(asks, params, request))]
  }

  private static let requestLimit = 64

  /// Decides all, then stores all in one transaction if asked to.
  private func decide(_ asks: [SelectionAsk], _ params: WireReader, _ request: Request) async throws -> [JSON] {
    let record = try params.checked { try DecisionRecord(try $0.reader("record")) }
    let pool = try await pool(params, request)
    let decisions = try await Self.decisions(asks, pool)
    let made = try await spawn(decisions, asks, params, request)
    if let record { try await store(decisions, asks, made, record, request) }
    await audit.append(decisions, at: pool.now, for: request.meta.tenant ?? "")
    return zip(decisions, asks).enumerated().map { index, pair in pair.0.json(role: pair.1.role, made: made[index]) }
  }

  @concurrent private static func decisions(_ asks: [SelectionAsk], _ pool: CandidatePool) async throws -> [SelectionDecision] {
    var pool = pool
    do {
      return try asks.map { try pool.select(for: $0.requirement, batchIndex: $0.batchIndex, userChoice: $0.userChoice) }
    } catch let error as SelectionError {
      throw error.rpc
    }
  }

  /// Makes agents for the requirements that nobody fits, where the caller and the operator allow it and the catalogue was asked.
  ///
  /// - Returns: rows of the catalogue by the index of the decision.
  private func spawn(_ decisions: [SelectionDecision], _ asks: [SelectionAsk], _ params: WireReader, _ request: Request) async throws
    -> [Int: JSON]
  {
    var made: [Int: JSON] = [:]
    guard config.spawn, params["candidates"] == nil, request.meta.tenant != nil else { return made }
    for (index, ask) in asks.enumerated() where ask.maySpawn && decisions[index].selectedIndex == nil {
      guard let agent = SpawnedAgent(for: ask.requirement, role: ask.role) else { continue }
      let seed =
        [request.meta.operationID ?? "", String(index), ask.requirementID] + agent.draft.detail.split(separator: "\n").map(String.init)
      made[index] = try await insert(
        agent.draft, SpawnedAgent.prefix, digits: SpawnedAgent.digitCount, seed: seed, Storage(request.host))
    }
    return made
  }

  private func store(
    _ decisions: [SelectionDecision], _ asks: [SelectionAsk], _ made: [Int: JSON], _ record: DecisionRecord, _ request: Request
  ) async throws {
    let storage = Storage(request.host)
    let ids = Set(decisions.flatMap(\.ranking).compactMap { Int64($0.agentID) })
    let known = try await AgentDirectory(storage: storage).known(ids.sorted())
    let steps = zip(decisions, asks).enumerated().flatMap { index, pair in
      record.steps(pair.0, pair.1, agents: known, made: made[index])
    }
    guard !steps.isEmpty else { return }
    try await storage.transact(record.fenceSteps + steps, operationID: request.meta.operationID)
  }
}

extension SelectionPlugin {
  /// The candidates of a call made ready: the given ones, or all agents its tenant can see.
  func pool(_ params: WireReader, _ request: Request) async throws -> CandidatePool {
    let config = try params.checked { try self.config.overridden(by: $0["config"] ?? .null) }
    if params["candidates"] == nil {
      return await Self.pool(try await AgentDirectory(storage: Storage(request.host)).profiles(), config, now())
    }
    return try await Self.pool(reading: params, config, now())
  }

  @concurrent private static func pool(reading params: WireReader, _ config: ScoringConfig, _ now: Timestamp) async throws -> CandidatePool
  {
    CandidatePool(try params.checked { try AgentProfile.list(try $0.items("candidates")) }, config, at: now)
  }

  @concurrent private static func pool(_ agents: [AgentProfile], _ config: ScoringConfig, _ now: Timestamp) async -> CandidatePool {
    CandidatePool(agents, config, at: now)
  }
}

extension Request {
  var reader: WireReader {
    get throws { try WireReader.checked { () throws(WireError) in try WireReader(try self.parsed, "params") } }
  }

  private var parsed: JSON { get throws(WireError) { (try? params) ?? .null } }
}

extension WireReader {
  /// Reads something; what is wrong with it becomes `invalid_params`.
  func checked<T>(_ read: (WireReader) throws -> T) throws -> T { try Self.checked { try read(self) } }

  static func checked<T>(_ read: () throws -> T) throws -> T {
    do { return try read() } catch let error as WireError { throw error.rpc }
  }
}

extension SelectionError {
  var rpc: RPCError { .application(rawValue, status: 400, message) }
}
