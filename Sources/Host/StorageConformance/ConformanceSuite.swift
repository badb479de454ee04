import JSONRPC
import PluginProtocol

/// What every driver must do. Each check throws ``ConformanceFailure``.
package struct ConformanceSuite<Driver: StorageDriver>: Sendable {
  let driver: Driver

  /// - Parameter driver: with ``ConformanceWorld/collections`` migrated into an empty database.
  package init(_ driver: Driver) { self.driver = driver }

  /// Runs random transactions and reads of two tenants against the driver and the model; everything must be equal.
  ///
  /// - Returns: how many transactions were committed; the others failed as the model said.
  package func randomOperations(seed: UInt64, count: Int) async throws -> Int {
    var generator = OperationGenerator(seed: seed)
    var model = ModelStore(ConformanceWorld.modelled)
    var made = 0
    var committed = 0
    for round in 0..<count {
      let tenant = generator.pick([ConformanceWorld.alice, ConformanceWorld.bob])
      model.tenant = tenant
      let steps = (0..<(generator.below(3) + 1)).map { _ in generator.step() }
      let place = "seed \(seed), transaction \(round): \(steps.map(\.json.text))"
      let outcome = await transact(steps, tenant)
      let before = model
      var results: [JSON] = []
      var failed: (step: Int, failure: ModelStore.Failure)?
      for (index, step) in steps.enumerated() {
        let ids = (try? outcome.get())?["results"][index]["ids"].array ?? []
        do {
          results.append(
            try model.apply(step, ids: ids) {
              made += 1
              return .int(1_000_000 + made)
            })
        } catch {
          failed = (index, error)
          break
        }
        remember(step, ids, &generator)
      }
      if failed == nil { committed += 1 } else { model = before }
      try compare(outcome, results, failed, place)
      let read = generator.read()
      try await compare(read, model, tenant, "\(place) then")
    }
    return committed
  }

  private func transact(_ steps: [StorageStep], _ tenant: String) async -> Result<JSON, RPCError> {
    do { return .success(try await driver.transact(steps.map(\.json), as: .tenant(tenant))) } catch { return .failure(error) }
  }

  private func remember(_ step: StorageStep, _ ids: [JSON], _ generator: inout OperationGenerator) {
    switch step {
    case .insert(let insert): generator.known[insert.collection, default: []] += ids
    case .upsert(let upsert): generator.known[upsert.collection, default: []] += ids
    default: break
    }
  }

  private func compare(
    _ outcome: Result<JSON, RPCError>, _ results: [JSON], _ failed: (step: Int, failure: ModelStore.Failure)?, _ place: String
  ) throws(ConformanceFailure) {
    switch (outcome, failed) {
    case (.success(let reply), nil):
      for (index, result) in results.enumerated() {
        for (name, value) in result.object?.members ?? [] {
          try expect(
            reply["results"][index][name] == value, "\(place)\nstep \(index) gave \(reply["results"][index].text), the model \(result.text)"
          )
        }
      }
    case (.failure(let error), let failed?):
      let named = error.data["fields"].isNull ? error.data["field"] : error.data["fields"]
      try expect(
        error.applicationCode == failed.failure.code && error.data["step"].int == Int64(failed.step),
        "\(place)\nfailed with \(error.json.text), the model with \(failed)")
      guard ["not_unique", "no_reference"].contains(failed.failure.code) else { return }
      try expect(named == failed.failure.named, "\(place)\nnamed \(named.text), the model \(failed.failure.named.text)")
    case (.success(let reply), let failed?): throw ConformanceFailure("\(place)\ngave \(reply.text), the model failed with \(failed)")
    case (.failure(let error), nil): throw ConformanceFailure("\(place)\nfailed with \(error.json.text), the model gave \(results)")
    }
  }

  private func compare(_ read: StorageRead, _ model: ModelStore, _ tenant: String, _ place: String) async throws {
    let wanted = model.read(read)
    let got: JSON
    do { got = try await driver.read(read.json, as: .tenant(tenant)) } catch {
      throw ConformanceFailure("\(place) \(read.json.text)\nfailed with \(error.json.text)")
    }
    try expect(got == wanted, "\(place) \(read.json.text)\ngave      \(got.text)\nthe model \(wanted.text)")
  }
}
