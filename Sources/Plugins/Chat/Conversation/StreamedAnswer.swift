import JSONRPC

/// Tells an answer as events while it is written: prose in pieces, then the requirements one by one. Source: contract http.md, section 10.5.
struct StreamedAnswer: Sendable {
  struct Event: Sendable, Equatable {
    let name: String
    let data: JSON
  }

  private enum Place {
    case prose
    /// Inside a fence of another language, which is prose too.
    case otherFence
    case block(RequirementScanner)
    case over
  }

  private var place = Place.prose
  /// What cannot be told yet: it may be the beginning of a fence, a heading or the end of the prose.
  private var pending = ""
  private var told = ""
  /// A second answer to the same message: its prose is not told again.
  private let tellsProse: Bool

  init(tellsProse: Bool = true) { self.tellsProse = tellsProse }

  /// The next piece of the answer.
  mutating func take(_ text: String) -> [Event] {
    pending += text
    var events: [Event] = []
    while true {
      switch place {
      case .over:
        pending = ""
        return events
      case .block(var scanner):
        events += scanner.take(pending)
        pending = ""
        place = scanner.isOver ? .over : .block(scanner)
        return events
      case .prose, .otherFence:
        guard let line = nextLine() else { return events }
        events += read(line)
      }
    }
  }

  /// The answer is complete.
  ///
  /// - Parameter message: what is stored as the assistant's message.
  mutating func finish(_ message: String) -> [Event] {
    guard tellsProse, message.hasPrefix(told), message.count > told.count else { return [] }
    return [tell(String(message.dropFirst(told.count)))]
  }

  /// A line with its end, or as much of one as can be told before its end; nil when more must come first.
  private mutating func nextLine() -> (text: String, isWhole: Bool)? {
    if let end = pending.firstIndex(where: \.isNewline) {
      let next = pending.index(after: end)
      defer { pending = String(pending[next...]) }
      return (String(pending[..<next]), true)
    }
    let start = pending.drop { $0 == " " || $0 == "\t" }
    guard !start.isEmpty, !start.hasPrefix("`"), !ChatPrompt.headings.contains(where: { $0.hasPrefix(start) }) else {
      return nil
    }
    // What the line is shows in how it begins.
    defer { pending = "" }
    return (pending, false)
  }

  private var atLineStart = true
  private var blank = ""

  private mutating func read(_ line: (text: String, isWhole: Bool)) -> [Event] {
    let isStart = atLineStart
    atLineStart = line.isWhole
    let content = line.text.trimmedText
    if isStart, case .prose = place, content.hasPrefix("{") {
      var scanner = RequirementScanner()
      let events = scanner.take(line.text)
      place = scanner.isOver ? .over : .block(scanner)
      return events
    }
    if isStart, line.isWhole {
      if case .otherFence = place {
        if content == "```" { place = .prose }
      } else if content.hasPrefix("```") {
        let language = content.dropFirst(3).lowercased()
        if language == "json" || language.isEmpty {
          place = .block(RequirementScanner())
          return []
        }
        place = .otherFence
      } else if ChatPrompt.headings.contains(content) {
        return []
      }
    }
    return prose(line.text)
  }

  /// Space is told with what follows it, so that the prose ends as the stored message does.
  private mutating func prose(_ text: String) -> [Event] {
    guard tellsProse else { return [] }
    var full = blank + text
    if told.isEmpty { full = String(full.drop(while: \.isWhitespace)) }
    let end = full.lastIndex { !$0.isWhitespace }.map { full.index(after: $0) } ?? full.startIndex
    blank = String(full[end...])
    return end > full.startIndex ? [tell(String(full[..<end]))] : []
  }

  private mutating func tell(_ text: String) -> Event {
    told += text
    return Event(name: "token", data: ["content": .string(text)])
  }
}
