import Foundation
import JSONRPC
import Testing

@testable import LLMOffline

@Suite struct DeliveryTests {
  static let everything =
    "A landing page for a bakery with " + words { $0.allSatisfy(\.isASCII) }.joined(separator: ", ") + ", glazed tile sample sheets"
  static let alles = "一个面包店的网站，包含" + words { !$0.allSatisfy(\.isASCII) }.joined(separator: "、") + "、琉璃瓦样板"

  /// The first keyword of each component in one of the languages.
  private static func words(_ wanted: (String) -> Bool) -> [String] { Component.catalogue.compactMap { $0.keywords.first(where: wanted) } }

  @Test(arguments: [
    "A landing page for a bakery with opening hours, a menu and a contact form", "一个面包店的网站，包含营业时间、菜单和联系表单", everything, alles,
  ])
  func `a delivery passes its checks, and without a part fails just that part's`(text: String) async throws {
    let house = try House()
    defer { try? FileManager.default.removeItem(at: house.folder) }
    let spec = try House.spec(of: text)
    let requirements = spec["requirements"].array ?? []
    #expect(text.utf8.count < 200 || requirements.count == Component.catalogue.count + 2)
    var criteria: [String: [JSON]] = [:]
    for requirement in requirements { criteria[requirement["id"].string ?? ""] = try house.build(requirement, of: spec) }
    let whole = try await house.run("sh", "checks/run.sh")
    #expect(whole.status == 0, "\(whole.output)")
    #expect(whole.output.split(separator: "\n").filter { $0.hasPrefix("PASS ") }.count == criteria.values.map(\.count).reduce(0, +))
    let page = try house.read("index.html")
    for removed in requirements.compactMap({ $0["id"].string }) {
      try house.removeSection(removed)
      for id in [removed, requirements.first?["id"].string ?? "", requirements.last?["id"].string ?? ""] {
        let result = try await house.run("sh", "checks/\(id).sh")
        #expect((result.status == 0) == (id != removed), "\(removed) removed, \(id): \(result.output)")
        if id == removed { #expect(!result.output.contains("PASS ")) }
      }
      try house.write("index.html", page)
    }
  }

  @Test func `every component is reached by its keywords, every standard by its words`() {
    for component in Component.catalogue {
      for keyword in component.keywords { #expect(Component.meant(by: keyword).kind == component.kind, "\(keyword)") }
      for standard in component.allStandards {
        #expect(component.standard(meaning: standard.text.english)?.text.english == standard.text.english)
        #expect(component.standard(meaning: standard.text.chinese + "。")?.text.english == standard.text.english)
      }
    }
  }

  @Test func `a section without its body fails its check`() async throws {
    let house = try House()
    defer { try? FileManager.default.removeItem(at: house.folder) }
    let spec = try House.spec(of: DeliveryTests.everything)
    let requirements = spec["requirements"].array ?? []
    for requirement in requirements { try house.build(requirement, of: spec) }
    let page = try house.read("index.html")
    for requirement in requirements {
      let id = requirement["id"].string ?? ""
      try house.write("index.html", House.emptied(page, id))
      #expect(try await house.run("sh", "checks/\(id).sh").status == 1, "\(requirement["title"])")
    }
  }

  @Test func `parallel branches merge without a conflict`() async throws {
    let house = try House()
    defer { try? FileManager.default.removeItem(at: house.folder) }
    let spec = try House.spec(of: "A landing page for a bakery with opening hours, a menu and a contact form")
    let requirements = spec["requirements"].array ?? []
    #expect(try await house.git(["init", "-qb", "delivery"]).status == 0)
    try house.build(requirements[0], of: spec)
    #expect(try await house.git(["add", "-A"]).status == 0)
    #expect(try await house.git(["commit", "-qm", "shell"]).status == 0)
    for requirement in requirements.dropFirst() {
      let id = requirement["id"].string ?? ""
      #expect(try await house.git(["checkout", "-qb", id, "delivery"]).status == 0)
      try house.build(requirement, of: spec)
      #expect(try await house.git(["add", "-A"]).status == 0)
      #expect(try await house.git(["commit", "-qm", id]).status == 0)
    }
    #expect(try await house.git(["checkout", "-q", "delivery"]).status == 0)
    for id in requirements.dropFirst().reversed().compactMap({ $0["id"].string }) {
      let merged = try await house.git(["merge", "-q", "--no-edit", id])
      #expect(merged.status == 0, "\(merged.output)")
    }
    #expect(try await house.run("sh", "checks/run.sh").status == 0)
  }

  @Test func `a later round keeps the delivered parts and adds new ones`() async throws {
    let house = try House()
    defer { try? FileManager.default.removeItem(at: house.folder) }
    let first = try House.spec(of: "A landing page for a bakery with a menu")
    for requirement in first["requirements"].array ?? [] { try house.build(requirement, of: first) }
    let second = try House.spec(of: "A landing page for a bakery with a menu and a gallery")
    try house.build(second["requirements"][0], of: second)
    #expect(try house.read("index.html").contains("data-requirement=\"REQ-002\""))
    try house.build(second["requirements"][2], of: second)
    #expect(try await house.run("sh", "checks/run.sh").status == 0)
  }

  @Test func `user text cannot break out of the page or the shell script`() async throws {
    let house = try House()
    defer { try? FileManager.default.removeItem(at: house.folder) }
    let nasty = #"</section><script src="http://x/">alert(1)</script> '; touch pwned; echo '$(touch pwned) `touch pwned` \ %s"#
    let spec: JSON = [
      "title": .string(nasty), "language": "en",
      "requirements": [
        ["id": "REQ-001", "title": .string(nasty), "summary": .string(nasty), "delivery_standards": [.string(nasty)], "depends_on": []]
      ],
    ]
    try house.build(spec["requirements"][0], of: spec)
    let result = try await house.run("sh", "checks/run.sh")
    #expect(result.status == 0, "\(result.output)")
    #expect(!FileManager.default.fileExists(atPath: house.folder.appending(path: "pwned").path))
    #expect(!FileManager.default.fileExists(atPath: house.folder.appending(path: "checks/pwned").path))
    #expect(try !house.read("index.html").contains("<script src"))
  }

  @Test func `an edit gives the same file as a rewrite`() throws {
    let house = try House()
    defer { try? FileManager.default.removeItem(at: house.folder) }
    let spec = try House.spec(of: "A landing page for a bakery with a menu and a gallery")
    try house.build(spec["requirements"][0], of: spec)
    let current = try house.read("index.html")
    let input: JSON = [
      "file": ["path": "index.html"], "requirement": spec["requirements"][1], "requirements": spec["requirements"], "criteria": [],
      "current": .string(current),
    ]
    let edit = try House.object("edit", "", input)["edits"][0]
    let old = try #require(edit["old"].string)
    #expect(current.components(separatedBy: old).count == 2)
    let file = try House.object("file", "", input)
    #expect(current.replacingOccurrences(of: old, with: edit["new"].string ?? "") == file["content"].string)
  }

  @Test func `the same request gets the same reply`() throws {
    let one = try House.spec(of: DeliveryTests.everything).text
    #expect(try House.spec(of: DeliveryTests.everything).text == one)
  }
}

extension House {
  /// The page with nothing but the heading left of one section.
  static func emptied(_ page: String, _ id: String) -> String {
    var inside = false
    return page.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.hasPrefix("</section>") { inside = false }
      let keep = !inside || line.hasPrefix("  <h2")
      if line.hasPrefix("<section"), line.contains("data-requirement=\"\(id)\"") { inside = true }
      return keep
    }.joined(separator: "\n")
  }

  func git(_ arguments: [String]) async throws -> (status: Int32, output: String) {
    try await run(
      "sh", "-c", "exec git -c user.name=t -c user.email=t@example.org " + arguments.map { Shell.quote($0) }.joined(separator: " "))
  }
}
