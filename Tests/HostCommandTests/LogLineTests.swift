import Logging
import Testing

@testable import HostCommand

@Suite struct LogLineTests {
  private func line(_ fields: [(name: String, value: String)], _ message: String) -> String {
    let line = LogLine(level: .warning, label: "hivecore", fields: fields, source: "Supervisor", message: message)
    return String(decoding: line.bytes(at: 1_767_323_045_678_901), as: UTF8.self)
  }

  @Test func `has the time in UTC, the level, its fields in the order given, where it comes from, and the message`() {
    #expect(
      line([("plugin", "chat"), ("line", "so it is")], "plugin output")
        == "2026-01-02T03:04:05.678901Z warning hivecore: plugin=chat line=so it is [Supervisor] plugin output\n")
    #expect(line([], "serving") == "2026-01-02T03:04:05.678901Z warning hivecore: [Supervisor] serving\n")
  }

  @Test(arguments: [
    ("a\nb", "a\\nb"), ("a\r\n2026-01-01T00:00:00Z critical", "a\\x0d\\n2026-01-01T00:00:00Z critical"), ("\u{1b}[2J", "\\x1b[2J"),
    ("tab\there", "tab\\there"), ("\u{0}", "\\x00"), ("\u{7f}", "\\x7f"), ("schöne 蜂巢", "schöne 蜂巢"), ("\\n", "\\n"), ("", ""),
  ])
  func `is one line and commands no terminal, whatever is said in it`(said: String, written: String) {
    #expect(line([("k", said)], "m") == "2026-01-02T03:04:05.678901Z warning hivecore: k=\(written) [Supervisor] m\n")
    #expect(line([(said, "v")], said) == "2026-01-02T03:04:05.678901Z warning hivecore: \(written)=v [Supervisor] \(written)\n")
  }
}
