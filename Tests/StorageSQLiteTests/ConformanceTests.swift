import StorageConformance
import Testing

@Suite struct ConformanceTests {
  @Test(arguments: 1...8) func `random operations do what the model does`(seed: UInt64) async throws {
    let committed = try await ConformanceSuite(EngineDriver()).randomOperations(seed: seed, count: 300)
    #expect(committed > 100)
  }

  @Test func `tenants share nothing`() async throws { try await ConformanceSuite(EngineDriver()).tenantsShareNothing() }

  @Test func `callers keep to their collections`() async throws {
    try await ConformanceSuite(EngineDriver()).callersKeepToTheirCollections()
  }

  @Test func `scopes are enforced`() async throws { try await ConformanceSuite(EngineDriver()).scopesAreEnforced() }

  @Test func `operations happen once`() async throws { try await ConformanceSuite(EngineDriver()).operationsHappenOnce() }

  @Test func `members of a group are isolated`() async throws {
    try await ConformanceSuite(EngineDriver()).membersOfAGroupAreIsolated(count: 90)
  }

  @Test func `quotas hold`() async throws { try await ConformanceSuite(EngineDriver()).quotasHold(parallel: 64) }

  @Test func `quotas count by reference`() async throws { try await ConformanceSuite(EngineDriver()).quotasCountByReference() }

  @Test func `lost leases are fenced`() async throws { try await ConformanceSuite(EngineDriver()).lostLeasesAreFenced() }

  @Test func `jobs wait their turn`() async throws { try await ConformanceSuite(EngineDriver()).jobsWaitTheirTurn() }

  @Test func `released jobs run again`() async throws { try await ConformanceSuite(EngineDriver()).releasedJobsRunAgain() }

  @Test func `workers share the work`() async throws {
    try await ConformanceSuite(EngineDriver()).workersShareTheWork(jobs: 40, workers: 6)
  }
}
