import JSONRPC
import PluginKit

/// A file an agent wrote into its text.
struct FileBlock: Sendable, Equatable {
  var path: String
  var content: String
  /// Empty when the text says nothing about the file.
  var description = ""

  /// The files of four forms, in this order: `**File: path**` and a fence; `<file path="…">`; fenced JSON `{files: [{path, content}]}`;
  /// a fence whose first line is `# filename: path`. A path found by an earlier form is not taken again.
  static func all(in text: String) -> [FileBlock] {
    let fences = ModelFence.all(in: text)
    var seen: Set<String> = []
    return [bold(text, fences), elements(text), listed(fences), commented(fences)].flatMap { form in
      let new = form.filter { !$0.path.isEmpty && !seen.contains($0.path) }
      seen.formUnion(new.map(\.path))
      return new
    }
  }

  private static func bold(_ text: String, _ fences: [ModelFence]) -> [FileBlock] {
    fences.compactMap { fence in
      guard let line = text[..<fence.range.lowerBound].split(separator: "\n").last(where: { !$0.trimmed.isEmpty })?.trimmed,
        line.hasPrefix("**File:"), line.hasSuffix("**")
      else { return nil }
      return FileBlock(path: line.dropFirst(7).dropLast(2).trimmed, content: fence.body)
    }
  }

  private static func elements(_ text: String) -> [FileBlock] {
    var blocks: [FileBlock] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "<file path=\"") {
      let afterOpen = rest[open.upperBound...]
      guard let quote = afterOpen.firstIndex(of: "\""), let tagEnd = afterOpen[quote...].firstIndex(of: ">"),
        let close = afterOpen[tagEnd...].firstRange(of: "</file>")
      else { break }
      let content = afterOpen[afterOpen.index(after: tagEnd)..<close.lowerBound]
      blocks.append(FileBlock(path: afterOpen[..<quote].trimmed, content: String(content)))
      rest = afterOpen[close.upperBound...]
    }
    return blocks
  }

  private static func listed(_ fences: [ModelFence]) -> [FileBlock] {
    fences.filter { $0.language == "json" }.flatMap { fence -> [FileBlock] in
      let files = ModelJSON.object(in: fence.body)?["files"]?.array ?? []
      return files.compactMap { file in
        guard let path = file["path"].string, let content = file["content"].string else { return nil }
        return FileBlock(path: path.trimmed, content: content, description: file["description"].string ?? "")
      }
    }
  }

  private static func commented(_ fences: [ModelFence]) -> [FileBlock] {
    fences.compactMap { fence in
      let lines = fence.body.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      guard let first = lines.first, let head = ["# filename:", "# file:"].first(where: first.hasPrefix) else { return nil }
      return FileBlock(path: first.dropFirst(head.count).trimmed, content: lines.count > 1 ? String(lines[1]) : "")
    }
  }
}
