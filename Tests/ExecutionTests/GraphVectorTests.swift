import JSONRPC
import Testing

@testable import Execution

/// Orders and batches as recorded. Source: contract vectors, graph.jsonl.
@Suite struct GraphVectorTests {
  @Test func `the recorded answers are there`() {
    #expect(Vector.rows("graph.jsonl", "batches").count == 4)
  }

  @Test(arguments: Vector.rows("graph.jsonl", "batches"))
  func `cuts batches as recorded`(vector: Vector) {
    let batches = DependencyBatches.batches(texts(vector.input["ids"]), lists(vector.input["dependencies"]))
    #expect(batches == (vector.expected["batches"].array ?? []).map(texts))
  }

  @Test(arguments: Vector.rows("graph.jsonl", "groups"))
  func `cuts groups of the recorded members`(vector: Vector) {
    let batches = DependencyBatches.batches(texts(vector.input["ids"]), lists(vector.input["dependencies"]))
    #expect(batches.map(Set.init) == (vector.expected["groups_unordered"].array ?? []).map { Set(texts($0)) })
  }

  @Test(arguments: Vector.rows("graph.jsonl", "files"))
  func `orders files as recorded`(vector: Vector) {
    let order = PlannedFile.ordered(PlannedFile.list(vector.input["files_plan"])).map(\.path)
    #expect(order == texts(vector.expected["order"]))
  }

  @Test(arguments: Vector.rows("graph.jsonl", "coverage"))
  func `finds uncovered criteria as recorded`(vector: Vector) {
    let criteria = (vector.input["criteria"].array ?? []).compactMap { $0["id"].string }
    let coverage = CriteriaCoverage(plan: PlannedFile.list(vector.input["files_plan"]), criteria: criteria)
    #expect(coverage.isComplete == vector.expected["is_valid"].bool)
    #expect(coverage.covered == texts(vector.expected["covered"]))
    #expect(coverage.uncovered == texts(vector.expected["uncovered"]))
    #expect(coverage.ratio == vector.expected["coverage_ratio"].double)
  }
}
