import JSONRPC
import Testing

@testable import LLMOffline

@Suite struct ExtractionTests {
  @Test(arguments: [
    (
      "A landing page for a bakery with opening hours, a menu and a contact form",
      ["A landing page for a bakery", "Opening hours", "Menu", "Contact form"]
    ),
    ("一个面包店的网站，包含营业时间、菜单和联系表单", ["面包店的网站", "营业时间", "菜单", "联系表单"]),
    ("请帮我做一个咖啡馆的网站，要有营业时间、菜单和在线预约。", ["咖啡馆的网站", "营业时间", "菜单", "在线预约"]),
    ("I want a website for a gym with a timetable, a team and a newsletter.", ["Website for a gym", "Timetable", "Team", "Newsletter"]),
    (
      "A portfolio site:\n- a gallery\n- an about us section\n* [ ] a contact form",
      ["Portfolio site", "Gallery", "About us section", "Contact form"]
    ),
    ("1. 图片展示\n2. 常见问题\n3、地图", ["图片展示", "常见问题", "地图"]),
    ("A contact form with name, e-mail and message.", ["A contact form with name, e-mail and message"]),
    ("Users can sign in and see their orders.", ["Users can sign in and see their orders"]),
    ("opening hours, menu, gallery", ["Opening hours", "Menu", "Gallery"]),
    ("Hello!", []), ("谢谢", []), ("How much does it cost?", []),
    ("Can you build a page with a menu?", ["Page", "Menu"]),
    ("Remove the gallery.", []),
    ("A dashboard app with charts (bars, lines) and a search", ["Dashboard app", "Charts (bars, lines)", "Search"]),
    ("It loads index.html in 1.5 s. Also add a timer.", ["It loads index.html in 1.5 s", "Timer"]),
  ])
  func `splits a wish into requirements`(text: String, expected: [String]) {
    #expect(RequestReader.phrases(in: text) == expected)
  }

  @Test(arguments: ["A landing page for a bakery with opening hours, a menu and a contact form", "一个面包店的网站，包含营业时间、菜单和联系表单"])
  func `gives each requirement two or three checkable standards`(text: String) throws {
    let found = try House.requirements(of: text)
    #expect(found.count == 4)
    for item in found {
      #expect((2...3).contains(item["delivery_standards"].array?.count ?? 0))
      let language = Language.of(text)
      #expect((item["delivery_standards"].array ?? []).allSatisfy { Language.of($0.string ?? "") == language })
    }
  }

  @Test func `reuses the id of the requirement a later message refines`() throws {
    let known: JSON = [
      ["id": 7, "content": "Menu", "type": "requirement", "delivery_standards": ["At least five items are listed by name"]]
    ]
    let reply = House.ask("chat", "The menu should show prices for cakes. Add a gallery.", ["requirements": known])
    let block = try #require(reply.split(separator: "```json\n").last?.split(separator: "\n```").first)
    let items = try JSON(parsing: String(block))["requirements"].array ?? []
    #expect(items.map { $0["id"] } == [7, .null])
    #expect(items[0]["content"].string == "Menu; The menu should show prices for cakes")
    #expect(items[0]["delivery_standards"].array?.count == 2)
  }

  @Test func `no new content stands inside another`() throws {
    let found = try House.requirements(of: "A page with a menu of the day, a bar and a barista")
    let contents = found.compactMap { $0["content"].string }
    for (index, content) in contents.enumerated() {
      #expect(!contents[..<index].contains { $0.lowercased().contains(content.lowercased()) })
    }
  }

  @Test func `introduces itself once, as what it is`() {
    let first = House.ask("chat", "Hi", ["requirements": []])
    #expect(first.contains("HiveCore's built-in offline model"))
    #expect(first.hasSuffix("```json\n{\"requirements\":[]}\n```"))
    let again = OfflineModel.reply(
      to: Prompt(["purpose": "chat", "messages": [["role": "assistant", "content": "x"], ["role": "user", "content": "Hi"]]]))
    #expect(!again.contains("offline-1"))
    #expect(House.ask("chat", "你好", [:]).contains("内置的离线模型"))
  }

  @Test func `reads a dialogue of several turns`() throws {
    let dialogue = "user: A page for a florist with a menu\nassistant: user: no\nuser: The menu lists roses\nand a gallery\n- a map"
    let found = try House.object("extract", dialogue, ["requirements": []])["requirements"].array ?? []
    #expect(found.compactMap { $0["content"].string } == ["Page for a florist", "Menu; Menu lists roses", "Gallery", "Map"])
  }

  @Test func `reads bullets of attached files`() {
    let prose = "## Message\n\nA page for a gym\n\n## Attached files\n\n### wishes.md\n\n```\nSome prose\n- opening hours\n```"
    let reply = House.ask("chat", prose, ["requirements": []])
    #expect(reply.contains("wishes.md"))
    #expect(reply.contains("Opening hours"))
    #expect(!reply.contains("Some prose"))
  }

  @Test func `a spec keeps what was agreed and takes in what is added or refined`() throws {
    let input: JSON = [
      "requirement": "A landing page for a bakery with a menu. The menu lists vegan cakes. Also add a gallery.",
      "requirements": [
        ["id": 11, "content": "A landing page for a bakery", "delivery_standards": []],
        ["id": 12, "content": "Menu", "delivery_standards": []],
      ],
    ]
    let spec = try House.object("spec", "", input)
    let requirements = spec["requirements"].array ?? []
    #expect(requirements.map { $0["id"] } == ["REQ-001", "REQ-002", "REQ-003"])
    #expect(requirements.map { $0["source_id"] } == [11, 12, .null])
    #expect(requirements.map { $0["summary"] } == ["A landing page for a bakery", "Menu; Menu lists vegan cakes", "Gallery"])
    #expect(requirements.map { $0["depends_on"] } == [[], ["REQ-001"], ["REQ-001"]])
    #expect(spec["title"] == "Bakery")
  }

  @Test(arguments: ["a page with many words, and ", "一个网站，包含很多、", "word ", "- item\n", "with with with ", "((((", "Sentence. "])
  func `reads the longest message there is in reasonable time`(unit: String) {
    let text = String(repeating: unit, count: 24_000 / unit.count)
    let started = ContinuousClock.now
    #expect(Extractor(existing: []).extract(text).count <= 50)
    #expect(ContinuousClock.now - started < .seconds(30))
  }
}
