import JSONRPC

/// What QA found, whatever spelling the model chose.
struct QAReport: Sendable, Equatable {
  struct Finding: Sendable, Equatable {
    var id: String
    var name: String
    var passed: Bool
    var reason: String
    var recommendation: String
  }

  var findings: [Finding]
  var overallPass: Bool
  var improvements: JSON

  /// Normalises a report.
  ///
  /// The list may stand under `criteria`, `results`, `test_cases`, `checks` or `items`, or be the whole report. A single verdict fills all
  /// criteria; an answer without one, or that is no object, fails all. An overall verdict never outvotes a failed criterion.
  init(_ report: JSON, criteria: [Criterion]) {
    let object = report.object ?? [:]
    let list = report.array ?? QAReport.listNames.lazy.compactMap { object[$0]?.array }.first
    let single = QAReport.verdict(object["pass"], as: "pass") ?? QAReport.verdict(object["overall_pass"], as: "overall_pass")
    if let list, !list.isEmpty {
      findings = list.compactMap(\.object).map(Finding.init)
    } else {
      let reason = single == nil ? "The model gave no detailed verdict." : QAReport.text(object, QAReport.reasonNames)
      findings = criteria.map {
        Finding(id: $0.id, name: $0.title, passed: single ?? false, reason: reason, recommendation: "")
      }
    }
    let all = !findings.isEmpty && findings.allSatisfy(\.passed)
    overallPass = all && (QAReport.verdict(object["overall_pass"], as: "overall_pass") ?? (report.array == nil))
    improvements = object["improvements"] ?? ""
  }

  private static let listNames = ["criteria", "results", "test_cases", "checks", "items"]
  fileprivate static let reasonNames = ["reason", "message", "detail"]

  fileprivate static func text(_ object: JSONObject, _ names: [String]) -> String {
    names.lazy.compactMap { object[$0]?.string }.first { !$0.isEmpty } ?? ""
  }

  /// A verdict as bool or as a word; `pass` takes its words in any case, other members in lower case only.
  fileprivate static func verdict(_ value: JSON?, as name: String) -> Bool? {
    switch value {
    case .bool(let bool): return bool
    case .string(let word):
      let text = name == "pass" ? word.lowercased() : word
      return ["true", "pass", "passed", "yes", "success", "ok"].contains(text)
    default: return nil
    }
  }
}

extension QAReport.Finding {
  fileprivate init(_ object: JSONObject) {
    id = QAReport.text(object, ["id", "criteria_id", "check_id"])
    name = QAReport.text(object, ["name", "title", "description"])
    passed =
      ["pass", "result", "status", "passed"].lazy.compactMap { QAReport.verdict(object[$0], as: $0) }.first ?? false
    reason = QAReport.text(object, QAReport.reasonNames)
    recommendation = QAReport.text(object, ["recommendation", "suggestion", "fix"])
  }
}

extension QAReport {
  /// As the model was asked to write it.
  var json: JSON {
    ["criteria": .array(findings.map(\.json)), "overall_pass": .bool(overallPass), "improvements": improvements]
  }
}

extension QAReport.Finding {
  var json: JSON {
    [
      "id": .string(id), "name": .string(name), "pass": .bool(passed), "reason": .string(reason),
      "recommendation": .string(recommendation),
    ]
  }
}
