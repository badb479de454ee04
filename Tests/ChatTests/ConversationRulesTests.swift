import JSONRPC
import ModelKit
import Testing

@testable import Chat

@Suite struct AnswerTests {
  static let one = #"{"requirements":[{"content":"A","delivery_standards":["s"]}]}"#

  @Test(
    arguments: [
      ("Hi\n```json\n\(one)\n```", "Hi", 1), ("Hi\n```\n\(one)\n```\nbye", "Hi", 1), ("Hi \(one) bye", "Hi", 1),
      ("Code:\n```swift\nx\n```\nthen\n```json\n\(one)\n```", "Code:\n```swift\nx\n```\nthen", 1),
      ("```json\n{\"requirements\":[]}\n```", "", 0), ("Hi\n```json\n{\"requirements\":[{\"content\":\"A\"", "Hi", 1),
      ("Hi\n```json\nnonsense\n```", "Hi\n```json\nnonsense\n```", nil), ("Only words", "Only words", nil),
      ("## 用户消息\nHi\n```json\n\(one)\n```", "Hi", 1), (#"a {b} {"requirements":[{"content":"x } y"}]}"#, "a {b}", 1),
      ("Hi\n```json\n{\"other\":1}\n```\n\(one)", "Hi\n```json\n{\"other\":1}\n```", 1),
    ] as [(String, String, Int?)])
  func `reads an answer`(text: String, message: String, count: Int?) {
    let answer = ChatAnswer(text)
    #expect(answer.message == message)
    #expect(answer.requirements?.count == count)
  }

  @Test func `enforces the limits by truncation`() throws {
    let long = String(repeating: "面", count: 5000)
    let item = try #require(
      RequirementItem([
        "content": .string(long), "type": "odd", "delivery_standards": .array([5, .string(long), " "] + Array(repeating: "s", count: 30)),
      ]))
    #expect(item.content.unicodeScalars.count == 4000)
    #expect(item.type == "requirement")
    #expect(item.standards.count == 20)
    #expect(item.standards[0].unicodeScalars.count == 1000)
    #expect(RequirementItem(["content": " "]) == nil)
    let many = JSON.object(["requirements": .array(Array(repeating: ["content": "x"], count: 60))])
    #expect(ChatAnswer(many.text).requirements?.count == 50)
  }
}

@Suite struct RequirementPlanTests {
  private static func item(_ content: String, id: Int64? = nil) throws -> RequirementItem {
    try #require(RequirementItem(["id": id.map { .int($0) } ?? .null, "content": .string(content)]))
  }
  private static let stored = [
    RequirementPlan.Stored(id: 1, content: "The MENU of the day"), RequirementPlan.Stored(id: 2, content: "menu and map"),
  ]

  @Test func `an id of this conversation decides, then the oldest content that holds the new one, else it is new`() throws {
    let plan = RequirementPlan(
      [try Self.item("anything", id: 2), try Self.item("menu"), try Self.item("map of town", id: 9)], stored: Self.stored)
    #expect(plan.updated.map(\.id) == [2, 1])
    #expect(plan.created.map(\.content) == ["map of town"])
    #expect(plan.refined == [.stored(2), .stored(1)])
  }

  @Test func `compares the first fifty code points only`() throws {
    let long = String(repeating: "a", count: 50)
    let plan = RequirementPlan([try Self.item(long + "b")], stored: [.init(id: 3, content: "x" + long.uppercased() + "c")])
    #expect(plan.updated.map(\.id) == [3])
  }

  @Test func `an item may match one created before it in the same batch`() throws {
    let plan = RequirementPlan([try Self.item("A contact form"), try Self.item("contact form")], stored: [])
    #expect(plan.created.map(\.content) == ["contact form"])
    #expect(plan.refined == [.created(0)])
  }

  @Test func `a row changed twice is written once, as it was last`() throws {
    let plan = RequirementPlan([try Self.item("one", id: 1), try Self.item("two", id: 1)], stored: Self.stored)
    #expect(plan.updated.map(\.item.content) == ["two"])
    #expect(plan.refined == [.stored(1)])
  }
}

@Suite struct PromptTests {
  private static let unlimited = PromptRoom(window: nil)

  private static func history(_ lengths: [(String, Int)]) -> [JSON] {
    lengths.map { type, count in ["type": .string(type), "content": .string(String(repeating: "x", count: count))] }
  }

  @Test func `keeps the newest messages that fit and never drops the new one`() {
    let history = Self.history([("user", 20_000), ("assistant", 10_000), ("user", 13_000)])
    func messages(_ message: String) -> [JSON] {
      ChatPrompt.chat(history: history, message: message, attachments: [], requirements: []).messages(in: Self.unlimited).array ?? []
    }
    #expect(messages("new").compactMap { $0["role"].string } == ["system", "assistant", "user", "user"])
    #expect(messages(String(repeating: "n", count: 30_000)).count == 2)
  }

  @Test(arguments: [1_536, 2_048, 8_192, 32_768] as [Int64]) func `prompt and reply fit into a model's window`(window: Int64) {
    let history = Self.history((0..<200).map { ($0 % 2 == 0 ? "user" : "assistant", 400) })
    let room = PromptRoom(window: window)
    for prompt in [
      ChatPrompt.chat(history: history, message: "new", attachments: [], requirements: []),
      ChatPrompt.extract(history: history, requirements: []),
      ChatPrompt.chat(history: history, message: "new", attachments: [], requirements: []).again(after: "no block"),
    ] {
      let tokens = TokenEstimate.tokens(messages: prompt.messages(in: room))
      // The estimate is good to a quarter.
      let needed = tokens * 5 / 4 + room.replyTokens
      let isCut = TokenEstimate.tokens(messages: prompt.messages(in: Self.unlimited)) > tokens
      #expect(needed <= window && (!isCut || needed > window * 9 / 10))
      #expect(isCut == (window < 10_000))
    }
    #expect(room.replyTokens == min(4000, window / 3))
  }

  @Test func `room gets smaller until nothing but the new message is left`() {
    let history = Self.history((0..<20).map { _ in ("user", 400) })
    let prompt = ChatPrompt.chat(history: history, message: "new", attachments: [], requirements: [])
    var counts: [Int] = []
    var room = Self.unlimited
    while counts.last != 2 {
      let messages = prompt.messages(in: room)
      counts.append(messages.array?.count ?? 0)
      room = room.smaller(than: TokenEstimate.tokens(messages: messages))
    }
    #expect(counts.first == 22 && counts == counts.sorted(by: >))
  }

  @Test func `names attached files and lists requirements with their ids`() {
    let files = [
      ["name": "a.txt", "file_type": "document", "description": "s", "text_content": .string(String(repeating: "t", count: 6000))],
      ["name": "b.png", "file_type": "image", "description": ""],
      ["name": "c", "file_type": "other", "description": "sum"],
    ].map { ChatPrompt.Attachment($0) }
    let rows: [JSON] = [
      ["id": 4, "content": "Menu", "type": "requirement", "delivery_standards": [["id": 9, "content": "std", "order": 0]]]
    ]
    let user =
      ChatPrompt.chat(history: [], message: "Hello", attachments: files, requirements: rows).messages(in: Self.unlimited)[1]["content"]
      .string ?? ""
    #expect(user.hasPrefix("## 用户消息\n\nHello\n\n## 附件\n\n### a.txt\n\n```\n\(String(repeating: "t", count: 5000))\n```"))
    #expect(user.contains("### b.png\n\n类型：image"))
    #expect(user.contains("### c\n\nsum"))
    #expect(
      user.hasSuffix(
        "```json\n{\"requirements\":[{\"id\":4,\"content\":\"Menu\",\"type\":\"requirement\",\"delivery_standards\":[\"std\"]}]}\n```"))
  }
}
