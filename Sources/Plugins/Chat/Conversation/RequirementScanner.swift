import JSONRPC

/// Follows the JSON block of an answer as it is written and tells where each requirement begins and ends.
struct RequirementScanner: Sendable {
  private var open: [Character] = []
  private var inString = false
  private var isEscaped = false
  /// The string that is being read or was read last, and the last one before a colon of the outermost object.
  private var string = ""
  private var key = ""
  private var index = -1
  /// How deep the requirement that is being read lies; nil = none is.
  private var depth: Int?
  private(set) var isOver = false

  private static let keyLimit = 100

  mutating func take(_ text: String) -> [StreamedAnswer.Event] {
    var events: [StreamedAnswer.Event] = []
    var inside = ""
    func flush() {
      guard !inside.isEmpty else { return }
      events.append(.init(name: "requirement_token", data: ["content": .string(inside), "index": .int(index)]))
      inside = ""
    }
    for character in text where !isOver {
      let wasInside = depth != nil
      read(character)
      switch (wasInside, depth != nil) {
      case (false, true):
        index += 1
        events.append(.init(name: "requirement_start", data: ["index": .int(index)]))
      case (true, true): inside.append(character)
      case (true, false):
        flush()
        events.append(.init(name: "requirement_end", data: ["index": .int(index)]))
      case (false, false): break
      }
    }
    flush()
    return events
  }

  private mutating func read(_ character: Character) {
    if inString {
      if isEscaped { isEscaped = false } else if character == "\\" { isEscaped = true } else if character == "\"" { inString = false }
      if inString, string.count < Self.keyLimit { string.append(character) }
      return
    }
    switch character {
    case "\"":
      inString = true
      string = ""
    case ":": if open.count == 1 { key = string }
    case "{", "[":
      open.append(character)
      if depth == nil, character == "{", open == ["{", "[", "{"] && key == "requirements" || open == ["[", "{"] { depth = open.count }
    case "}", "]":
      if depth == open.count { depth = nil }
      _ = open.popLast()
      if open.isEmpty { isOver = true }
    default: break
    }
  }
}
