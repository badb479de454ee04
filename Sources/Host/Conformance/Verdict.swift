package import JSONRPC

/// What became of one check.
package struct Finding: Sendable {
  package enum Outcome: Sendable, Equatable {
    case passed
    case skipped(String)
    case failed(sent: String, expected: String, came: String)
  }

  package let check: Check
  package let outcome: Outcome
  package let duration: Duration

  package var isFailure: Bool { if case .failed = outcome { true } else { false } }
  private var milliseconds: Int { Int(duration / .milliseconds(1)) }

  /// For a person.
  package var lines: [String] {
    let what = "\(check.id.padded(to: 22)) §\(check.section.padded(to: 8)) \(check.title)"
    switch outcome {
    case .passed: return ["ok    " + what]
    case .skipped(let reason): return ["skip  " + what, "        because   \(reason)"]
    case .failed(let sent, let expected, let came):
      return ["FAIL  " + what, "        sent      \(sent)", "        expected  \(expected)", "        came      \(came)"]
    }
  }

  package var json: JSON {
    var json: JSONObject = [
      "id": .string(check.id), "section": .string(check.section), "title": .string(check.title), "milliseconds": .int(milliseconds),
    ]
    switch outcome {
    case .passed: json["outcome"] = "passed"
    case .skipped(let reason):
      json["outcome"] = "skipped"
      json["reason"] = .string(reason)
    case .failed(let sent, let expected, let came):
      json["outcome"] = "failed"
      json["sent"] = .string(sent)
      json["expected"] = .string(expected)
      json["came"] = .string(came)
    }
    return .object(json)
  }
}

/// What became of all checks.
package struct Verdict: Sendable {
  /// As the plugin gave them; empty when it gave none.
  package let name: String
  package let version: String
  package let capabilities: [String]
  package let findings: [Finding]

  package var isPassed: Bool { !findings.contains(where: \.isFailure) }
  package var failed: [String] { findings.filter(\.isFailure).map(\.check.id) }

  private var counts: (passed: Int, failed: Int, skipped: Int) {
    let failed = findings.count(where: \.isFailure)
    let passed = findings.count { $0.outcome == .passed }
    return (passed, failed, findings.count - passed - failed)
  }

  /// The last line for a person.
  package var summary: String {
    let who = name.isEmpty ? "the plugin" : "\(name) \(version)"
    let serves = capabilities.isEmpty ? "" : " with \(capabilities.joined(separator: ", "))"
    let word = isPassed ? "conforms to" : "does not conform to"
    return "\(who)\(serves) \(word) protocol 1: \(counts.passed) passed, \(counts.failed) failed, \(counts.skipped) skipped"
  }

  package var json: JSON {
    [
      "name": .string(name), "version": .string(version), "protocol": 1, "capabilities": JSON(capabilities), "passed": .bool(isPassed),
      "counts": ["passed": .int(counts.passed), "failed": .int(counts.failed), "skipped": .int(counts.skipped)],
      "checks": .array(findings.map(\.json)),
    ]
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
