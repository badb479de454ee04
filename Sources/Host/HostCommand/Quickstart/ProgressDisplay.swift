import JSONRPC

/// Tells a person how a round is going: a line that changes on a terminal, plain lines elsewhere.
struct ProgressDisplay {
  private let isTerminal: Bool
  private let write: (String) -> Void
  private var lastLine = ""
  private var percent: Int64 = 0

  /// - Parameter write: takes text for stderr, without adding a newline.
  init(isTerminal: Bool, write: @escaping (String) -> Void) {
    self.isTerminal = isTerminal
    self.write = write
  }

  /// A step of the whole that is done.
  mutating func say(_ text: String) {
    clear()
    write(text + "\n")
  }

  mutating func show(_ event: ServerSentEvent) {
    guard let data = try? JSON(parsing: event.data) else { return }
    switch event.name {
    case "execution_progress":
      percent = max(percent, data["progress_percent"].int ?? 0)
      draw("\(data["phase"].string ?? "") \(data["current_agent"].string ?? "") \(data["current_task"].string ?? "")")
    case "task_started": draw("\(data["requirement_id"].string ?? "") \(data["title"].string ?? "")")
    case "task_completed":
      let passed = data["passed"].bool == true
      say("  \(passed ? "passed" : "not yet") \(data["requirement_id"].string ?? "") (inner round \(data["inner_round"].int ?? 1))")
    case "artifact_created": say("  delivered \(data["file_path"].string ?? "") (\(data["size_bytes"].int ?? 0) bytes)")
    case "agent_error": say("  error \(data["agent_name"].string ?? ""): \(data["error"].string ?? "")")
    default: break
    }
  }

  private mutating func draw(_ text: String) {
    let words = text.split(separator: " ").joined(separator: " ")
    let line = "[\(bar)] \(percent)% \(words)"
    guard line != lastLine else { return }
    lastLine = line
    if isTerminal {
      write("\r\u{1B}[K" + String(line.prefix(110)))
    } else {
      write("  \(percent)% \(words)\n")
    }
  }

  private var bar: String {
    let filled = Int(percent) / 5
    return String(repeating: "#", count: filled) + String(repeating: "·", count: 20 - min(20, filled))
  }

  private mutating func clear() {
    if isTerminal, !lastLine.isEmpty { write("\r\u{1B}[K") }
    lastLine = ""
  }
}
