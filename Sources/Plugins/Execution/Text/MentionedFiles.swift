/// Files that tools' output speaks of.
enum MentionedFiles {
  /// The paths in error messages, sorted; the sandbox's own folder is left off, words without a known extension are no files.
  static func inErrors(_ errors: [String]) -> [String] {
    var found: Set<String> = []
    for error in errors {
      for word in error.split(whereSeparator: { $0.isWhitespace || "()[]{}<>\"'`,;|".contains($0) }) {
        if let path = path(word) { found.insert(path) }
      }
    }
    return found.sorted(by: DependencyBatches.scalarOrder)
  }

  private static let extensions: Set<String> = [
    "c", "cc", "cfg", "cpp", "cs", "css", "go", "h", "html", "ini", "java", "js", "json", "jsx", "kt", "less", "md", "mjs", "php", "py",
    "rb",
    "rs", "scss", "sh", "sql", "svg", "swift", "toml", "ts", "tsx", "txt", "vue", "xml", "yaml", "yml",
  ]

  private static func path(_ word: Substring) -> String? {
    var path = word.prefix { $0 != ":" }
    while path.last == "." { path.removeLast() }
    if path.hasPrefix("/workspace/") { path = path.dropFirst("/workspace/".count) }
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    guard !path.hasPrefix("/"), let dot = path.lastIndex(of: "."), dot > path.startIndex else { return nil }
    return extensions.contains(path[path.index(after: dot)...].lowercased()) ? String(path) : nil
  }
}
