import JSONRPC

/// What the next try is told: failed criteria with reason and advice, failing commands, errors by file.
enum Feedback {
  static let lineLimit = 20
  static let characterLimit = 800

  static func lines(for requirement: RequirementState) -> [String] {
    var lines: [String] = []
    for finding in requirement.report?.findings ?? [] where !finding.passed {
      let advice = finding.recommendation.isEmpty ? "" : " Advice: \(finding.recommendation)"
      lines.append("Criterion \(finding.id) failed: \(finding.reason)\(advice)")
    }
    for improvement in requirement.report?.improvements.array ?? [] { if let text = improvement.string { lines.append(text) } }
    if let text = requirement.report?.improvements.string, !text.isEmpty { lines.append(text) }
    lines += failures(requirement.checks)
    let errors = requirement.validation?.errors ?? []
    for path in unique(errors.map(\.path)) {
      let messages = errors.filter { $0.path == path }.prefix(5).map(\.message)
      lines.append("\(path): \(messages.joined(separator: "; "))")
    }
    return bounded(lines)
  }

  static func lines(regression checks: [CheckResult]) -> [String] {
    bounded(["After the merge the delivery branch failed its checks, so the merge was undone."] + failures(checks))
  }

  private static func failures(_ checks: [CheckResult]) -> [String] {
    checks.filter { !$0.succeeded }.map { check in
      let files = MentionedFiles.inErrors([check.output, check.errors])
      let place = files.isEmpty ? "" : " (\(files.prefix(5).joined(separator: ", ")))"
      return "\(check.command) ended with \(check.exitCode.map(String.init) ?? "no exit code")\(place): \(check.tail)"
    }
  }

  private static func unique(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }

  private static func bounded(_ lines: [String]) -> [String] {
    Array(unique(lines).prefix(lineLimit)).map { String($0.prefix(characterLimit)) }
  }
}
