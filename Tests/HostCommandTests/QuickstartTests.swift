import JSONRPC
import Testing

@testable import HostCommand

@Suite struct QuickstartTests {
  @Test(arguments: [1, 2, 7, 1000])
  func `reads events however the bytes are cut`(pieceLength: Int) {
    let text = "retry: 3000\n\nevent: a\nid: 1\ndata: {\"x\":\ndata: 1}\n\n: comment\r\nevent:b\r\ndata:2\r\n\r\nevent: none\n\n"
    let bytes = Array(text.utf8)
    var parser = EventStreamParser()
    let events = stride(from: 0, to: bytes.count, by: pieceLength).flatMap { start in
      parser.feed(bytes[start..<min(start + pieceLength, bytes.count)])
    }
    #expect(events == [ServerSentEvent(name: "a", id: "1", data: "{\"x\":\n1}"), ServerSentEvent(name: "b", id: nil, data: "2")])
  }

  private func shown(isTerminal: Bool, _ events: [ServerSentEvent]) -> String {
    var text = ""
    var display = ProgressDisplay(isTerminal: isTerminal) { text += $0 }
    for event in events { display.show(event) }
    return text
  }

  private let events = [
    ServerSentEvent(
      name: "execution_progress", data: #"{"progress_percent":40,"phase":"executing","current_agent":"A","current_task":"T"}"#),
    ServerSentEvent(
      name: "execution_progress", data: #"{"progress_percent":30,"phase":"executing","current_agent":"A","current_task":"T"}"#),
    ServerSentEvent(name: "artifact_created", data: #"{"file_path":"index.html","size_bytes":12}"#),
    ServerSentEvent(name: "x", data: "not json"),
  ]

  @Test func `plain lines where there is no terminal, and progress never goes back`() {
    #expect(shown(isTerminal: false, events) == "  40% executing A T\n  delivered index.html (12 bytes)\n")
  }

  @Test func `one changing line on a terminal`() {
    let text = shown(isTerminal: true, events)
    #expect(text.hasPrefix("\r\u{1B}[K[########············] 40% executing A T"))
    #expect(text.hasSuffix("\r\u{1B}[K  delivered index.html (12 bytes)\n"))
  }

  @Test func `a table puts numbers to the right`() {
    #expect(TextTable(columns: ["NAME", "N"], rows: [["a", "5"], ["long", "12"]]).lines == ["NAME   N", "a      5", "long  12"])
  }

  @Test(arguments: [("90d", 7_776_000), ("12h", 43_200), ("1m", 60), ("45s", 45)]) func `reads a life time`(text: String, seconds: Int)
    throws
  {
    #expect(try LifeTime.seconds(text) == seconds)
  }

  @Test(arguments: ["", "d", "0d", "-1h", "5", "1.5h", "99999999999d", "3w"]) func `refuses what is no life time`(text: String) {
    #expect(throws: (any Error).self) { try LifeTime.seconds(text) }
  }
}
