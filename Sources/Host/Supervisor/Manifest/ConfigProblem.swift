/// One thing wrong in a configuration file, in words an operator can act on.
package struct ConfigProblem: Error, Sendable, Equatable, CustomStringConvertible {
  package let file: String
  /// Counted from 1; nil when the problem is the file's as a whole.
  package let line: Int?
  package let message: String

  package init(file: String, line: Int?, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  package var description: String { line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)" }
}

/// Everything wrong in one configuration file, in the order of its lines.
package struct ConfigProblems: Error, Sendable, Equatable, CustomStringConvertible {
  package let problems: [ConfigProblem]

  package init(_ problems: [ConfigProblem]) { self.problems = problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) } }

  package var description: String { problems.map(\.description).joined(separator: "\n") }
}
