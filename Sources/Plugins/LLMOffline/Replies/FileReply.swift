import JSONRPC

/// Writes the files of a plan: the page's shell or one part of it, the README, the checks.
struct FileReply {
  let brief: Brief
  let path: String
  private let current: String?

  init(_ input: JSON) {
    brief = Brief(input)
    path = input["file"]["path"].string ?? input["path"].string ?? "index.html"
    current = input["current"].string ?? input["file"]["current"].string
  }

  var json: JSON {
    ["path": .string(path), "content": .string(content), "summary": .string(summary)]
  }

  var content: String {
    switch path {
    case "index.html": page
    case "README.md":
      Readme(title: brief.title, language: brief.language, requirements: brief.all.map { ($0.id, $0.title) }).text
    case "checks/run.sh": CheckScript.runAll
    case brief.checkPath: CheckScript(part: brief.part, criteria: brief.criteria).text
    default: notes
    }
  }

  /// The page with this requirement's slots filled; the shell around it is written by its owner, or when there is none yet.
  private var page: String {
    var lines = (current ?? "").split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.last == "\r" ? String($0.dropLast()) : String($0)
    }
    while lines.last == "" { lines.removeLast() }
    if brief.ownsShell || lines.isEmpty {
      lines =
        PageShell(
          title: brief.title, tagline: brief.subject.trade.tagline(brief.language), language: brief.language, ids: brief.all.map(\.id)
        )
        .lines(keeping: lines)
    }
    let part = brief.part
    lines = Slots.filling(.navigation, part.id, with: part.navigation, in: lines)
    lines = Slots.filling(.section, part.id, with: part.section(of: brief.component), in: lines)
    return lines.joined(separator: "\n") + "\n"
  }

  /// A file no plan of ours names: says in words what it was asked to hold.
  private var notes: String {
    let description = brief.input["file"]["description"].string ?? brief.requirement.text
    let points = brief.criteria.map { "- \($0.text)" }.joined(separator: "\n")
    return "\(brief.requirement.title)\n\n\(description)\n\n\(points)\n"
  }

  private var summary: String {
    switch brief.language {
    case .english: "\(path): \(brief.requirement.title)"
    case .chinese: "\(path)：\(brief.requirement.title)"
    }
  }
}

/// The same change as ``FileReply``, as edits of the file's current text.
struct EditReply {
  private let input: JSON

  init(_ input: JSON) { self.input = input }

  var json: JSON {
    let file = FileReply(input)
    let current = input["current"].string ?? input["file"]["current"].string ?? ""
    return [
      "path": .string(file.path), "edits": .array(edits(from: current, to: file.content)), "summary": .string(file.brief.requirement.title),
    ]
  }

  /// One edit from the first to the last line that differ, widened until the old text occurs once.
  private func edits(from old: String, to new: String) -> [JSON] {
    guard old != new else { return [] }
    let before = old.split(separator: "\n", omittingEmptySubsequences: false)
    let after = new.split(separator: "\n", omittingEmptySubsequences: false)
    var head = zip(before, after).prefix { $0 == $1 }.count
    var tail = zip(before.dropFirst(head).reversed(), after.dropFirst(head).reversed()).prefix { $0 == $1 }.count
    while true {
      let oldText = before[head..<before.count - tail].joined(separator: "\n")
      if head == 0 && tail == 0 || (!oldText.isEmpty && occurrences(of: oldText, in: old) == 1) {
        let newText = after[head..<after.count - tail].joined(separator: "\n")
        return [
          [
            "old": .string(oldText), "new": .string(newText), "replace_all": false,
            "reason": .string(FileReply(input).brief.requirement.title),
          ]
        ]
      }
      head = max(0, head - 1)
      tail = max(0, tail - 1)
    }
  }

  private func occurrences(of text: String, in whole: String) -> Int {
    var rest = whole[...]
    var count = 0
    while count < 2, let range = rest.firstRange(of: text) {
      count += 1
      rest = rest[rest.index(after: range.lowerBound)...]
    }
    return count
  }
}
