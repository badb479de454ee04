import JSONRPC
import Testing

@testable import Execution

@Suite struct CoreTests {
  @Test(arguments: [
    ("src/a.py", "src/a.py"), ("./a//b.txt", "a/b.txt"), ("a\\b.txt", "a/b.txt"), ("页面/索引.html", "页面/索引.html"),
  ])
  func `accepts paths inside the workspace`(_ row: (text: String, normal: String)) throws {
    #expect(try WorkspacePath(row.text).text == row.normal)
  }

  @Test(
    arguments: [
      ("", .empty), ("/etc/passwd", .absolute), ("c:/x", .absolute), ("a/../../b", .leaves), ("..", .leaves), (".git/config", .reserved),
      ("a/.GIT/hooks/x", .reserved), ("a\u{0}b", .character), (String(repeating: "x", count: 501), .tooLong), ("./", .empty),
    ] as [(String, WorkspacePath.Failure)])
  func `refuses paths that lead out`(_ row: (text: String, failure: WorkspacePath.Failure)) {
    #expect(throws: row.failure) { try WorkspacePath(row.text) }
  }

  @Test func `gives requirements ids by position and merges edges into dependencies`() {
    let spec = Spec([
      "requirements": [
        ["title": "Shell"], ["id": "MENU", "title": "Menu", "depends_on": "REQ-001"], ["title": "Form", "depends_on": ["X", "REQ-003"]],
      ], "dependency_edges": [["MENU", "REQ-003"], ["REQ-001", "MENU"], ["REQ-009", "MENU"]],
    ])
    #expect(spec.requirements.map(\.id) == ["REQ-001", "MENU", "REQ-003"])
    #expect(spec.requirements.map(\.dependsOn) == [[], ["REQ-001"], ["MENU"]])
  }

  @Test func `keeps ids apart and fit for folders`() {
    let spec = Spec(["requirements": [["id": "../a b", "title": "x"], ["id": "REQ-002", "title": "y"], ["id": "REQ-002", "title": "z"]]])
    #expect(spec.requirements.map(\.id) == ["ab", "REQ-002", "REQ-003"])
  }

  @Test func `every delivery standard becomes a criterion that carries its id`() throws {
    let proposed = Criterion.list(
      ["criteria": [["title": "Shows hours", "delivery_standard_id": 7], ["title": "Is readable"]]], requirement: "REQ-001")
    let standards = [AgreedRequirement.Standard(id: 7, content: "hours"), .init(id: 8, content: "closed on Monday")]
    let criteria = AcceptanceMap.criteria(proposed, standards: standards, requirement: "REQ-001")
    #expect(criteria.map(\.id) == ["REQ-001.1", "REQ-001.2", "REQ-001.3"])
    #expect(criteria.map { $0.entry["delivery_standard_id"]?.int } == [7, nil, 8])
  }

  @Test(arguments: [
    (1.0, ["a", "b"], true, 0, true), (1.0, ["a"], true, 0, false), (0.5, ["a"], true, 0, true), (1.0, ["a", "b"], false, 0, false),
    (1.0, ["a", "b"], true, 1, false),
  ])
  func `passes only what the rule passes`(_ row: (threshold: Double, good: [String], checks: Bool, errors: Int, passes: Bool)) {
    let findings: [JSON] = row.good.map { ["id": .string($0), "pass": true] }
    let report = QAReport(["criteria": .array(findings)], criteria: [])
    let verdict = PassRule(threshold: row.threshold).verdict(
      criteria: ["a", "b"], report: report, checksSucceeded: row.checks, validationErrors: row.errors)
    #expect(verdict.isPassed == row.passes)
    #expect(verdict.passed == row.good.count)
  }

  @Test func `a standard that stands alone belongs to the requirement before it`() {
    let agreed = AgreedRequirement.list([
      ["id": 1, "type": "delivery_standard", "content": "fast"], ["id": 2, "type": "requirement", "content": "menu"],
      ["id": 3, "type": "delivery_standard", "content": "prices"],
    ])
    #expect(agreed.map(\.content) == ["menu"])
    #expect(agreed[0].standards.map(\.content) == ["fast", "prices"])
  }

  @Test func `ids depend on their words only and look like version 4`() {
    let id = StableID.uuid("round", "step")
    #expect(id == StableID.uuid("round", "step"))
    #expect(id != StableID.uuid("round", "steps"))
    #expect(id.count == 36)
    #expect(id.dropFirst(14).first == "4")
  }

  @Test(arguments: [
    (0, "0.000000", "0.00"), (1_234_567, "1.234567", "1.23"), (5_000, "0.005000", "0.01"), (999_995_000, "999.995000", "1000.00"),
  ])
  func `writes money exactly`(_ row: (micro: Int64, cost: String, cents: String)) {
    let usage = Usage(microDollars: row.micro)
    #expect(usage.costText == row.cost)
    #expect(usage.centsText == row.cents)
  }
}
