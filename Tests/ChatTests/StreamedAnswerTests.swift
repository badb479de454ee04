import JSONRPC
import Testing

@testable import Chat

/// What of an answer is told while it is written.
@Suite struct StreamedAnswerTests {
  private static let answer = """
    好的。 I noted two wishes.

    ```swift
    print("{ not JSON }")
    ```
    More soon.

    ```json
    {"requirements":[{"content":"A {menu}","delivery_standards":["five \\"items\\""]},{"content":"Map"}]}
    ```
    """

  private static func told(_ text: String, by count: Int, message: String? = nil) -> [StreamedAnswer.Event] {
    var telling = StreamedAnswer()
    var events: [StreamedAnswer.Event] = []
    var rest = text[...]
    while !rest.isEmpty {
      events += telling.take(String(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return events + telling.finish(message ?? ChatAnswer(text).message)
  }

  private static func text(_ events: [StreamedAnswer.Event], _ name: String = "token", index: Int? = nil) -> String {
    events.filter { $0.name == name && (index == nil || $0.data["index"] == .int(index ?? 0)) }.compactMap { $0.data["content"].string }
      .joined()
  }

  @Test(arguments: [1, 2, 3, 7, 40, 10_000]) func `tells prose as it will be stored, then each requirement, however it is cut`(
    by count: Int
  ) {
    let events = Self.told(Self.answer, by: count)
    #expect(Self.text(events) == ChatAnswer(Self.answer).message)
    #expect(Self.text(events).hasSuffix("More soon."))
    let others = events.map(\.name).filter { $0 != "token" && $0 != "requirement_token" }
    #expect(others == ["requirement_start", "requirement_end", "requirement_start", "requirement_end"])
    #expect(Self.text(events, "requirement_token", index: 0) == #""content":"A {menu}","delivery_standards":["five \"items\""]"#)
    #expect(Self.text(events, "requirement_token", index: 1) == #""content":"Map""#)
  }

  @Test func `prose comes at once, not by the line`() {
    var telling = StreamedAnswer()
    #expect(telling.take("Hel").map(\.name) == ["token"])
    #expect(telling.take("lo, ").map { $0.data["content"] } == ["lo,"])
    #expect(telling.take("you").map { $0.data["content"] } == [" you"])
  }

  @Test(arguments: [1, 5, 1000]) func `a bare object, a list and an echoed heading are no prose`(by count: Int) {
    let bare = "Noted.\n{\"requirements\":[{\"content\":\"x\"}]}"
    #expect(Self.text(Self.told(bare, by: count)) == "Noted.")
    #expect(Self.told(bare, by: count).filter { $0.name == "requirement_end" }.count == 1)
    let list = "Fine.\n```\n[{\"content\":\"x\"},{\"content\":\"y\"}]\n```"
    #expect(Self.told(list, by: count).filter { $0.name == "requirement_start" }.map { $0.data["index"] } == [0, 1])
    #expect(Self.text(Self.told("## 用户消息\nHello", by: count)) == "Hello")
  }

  @Test(arguments: [1, 6, 1000]) func `an answer without a block is told whole`(by count: Int) {
    for text in ["Only words.", "Use `code` and\n``` inline ```", "A {brace} in\na line\n\nand more"] {
      #expect(Self.text(Self.told(text, by: count)) == ChatAnswer(text).message, "\(text)")
    }
  }

  @Test func `of a second answer only the requirements are told`() {
    var telling = StreamedAnswer(tellsProse: false)
    let events = telling.take("Again.\n```json\n{\"requirements\":[{\"content\":\"x\"}]}\n```") + telling.finish("Again.")
    #expect(events.map(\.name) == ["requirement_start", "requirement_token", "requirement_end"])
  }
}
