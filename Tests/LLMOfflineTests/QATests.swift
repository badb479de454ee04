import JSONRPC
import Testing

@testable import LLMOffline

@Suite struct QATests {
  private static let criteria: JSON = [["id": "REQ-002.1", "title": "One"], ["id": "REQ-002.2", "title": "Two"]]

  private static func judge(_ stdout: String?, exit: Int = 0, page: String? = nil) throws -> JSON {
    var input: JSONObject = ["requirement": ["id": "REQ-002", "title": "Menu", "depends_on": ["REQ-001"]], "criteria": criteria]
    if let stdout {
      input["checks"] = [["command": "sh checks/REQ-002.sh", "exit_code": .int(exit), "stdout": .string(stdout), "stderr": ""]]
    }
    if let page { input["files"] = [["path": "index.html", "content": .string(page)]] }
    return try House.object("qa", "", .object(input))
  }

  @Test(
    arguments: [
      ("PASS REQ-002.1 One\nPASS REQ-002.2 Two\n", 0, [true, true], true),
      ("PASS REQ-002.1 One\nFAIL REQ-002.2 Two\n", 1, [true, false], false),
      ("PASS REQ-002.1 One\nPASS REQ-002.2 Two\n", 2, [true, true], false),
      ("PASS REQ-002.1 One\n", 0, [true, false], false),
      ("FAIL REQ-002.1 x\nPASS REQ-002.1 x\nPASS REQ-002.2 x", 0, [false, true], false),
      ("PASS REQ-002.10 One\n", 0, [false, false], false),
      (nil, 0, [false, false], false),
    ] as [(String?, Int, [Bool], Bool)])
  func `believes check lines only`(stdout: String?, exit: Int, passes: [Bool], overall: Bool) throws {
    let report = try Self.judge(stdout, exit: exit)
    #expect(report["criteria"].array?.map { $0["pass"].bool } == passes)
    #expect(report["overall_pass"].bool == overall)
    #expect((report["improvements"].array ?? []).isEmpty == overall)
  }

  @Test func `fails what the delivered page lacks, whatever the checks say`() throws {
    let lines = "PASS REQ-002.1 One\nPASS REQ-002.2 Two\n"
    #expect(try Self.judge(lines, page: "<html></html>")["overall_pass"].bool == false)
    #expect(try Self.judge(lines, page: "<section data-requirement=\"REQ-002\">")["overall_pass"].bool == true)
  }

  @Test func `says which criteria were only stated`() throws {
    let report = try Self.judge("PASS REQ-002.1 One\nPASS REQ-002.2 Two\n")
    #expect(report["criteria"][0]["reason"].string?.contains("person") == true)
  }

  @Test func `nothing to judge is not a pass`() throws {
    #expect(
      try House.object("qa", "", ["requirement": ["id": "REQ-001"], "criteria": [], "checks": [["exit_code": 0]]])["overall_pass"].bool
        == false)
  }

  @Test func `sums up what passed and what is missing`() {
    let input: JSON = [
      "title": "Bakery",
      "requirements": [["id": "REQ-001", "title": "Page", "passed": true], ["id": "REQ-002", "title": "Menu", "passed": false]],
    ]
    let text = House.ask("summary", "", input)
    #expect(text.hasPrefix("Bakery: delivered 1 of 2 requirements: Page. Still missing: Menu."))
    #expect(text.contains("offline model"))
    #expect(
      House.ask("summary", "", ["language": "zh", "requirements": [["title": "菜单", "passed": true]]]).hasPrefix("已交付 1 项需求中的 1 项：菜单。"))
  }
}
