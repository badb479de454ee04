import JSONRPC

/// Judges criteria by what the checks printed and what was delivered. Without evidence nothing passes.
struct QAReply {
  private let brief: Brief
  private let input: JSON

  init(_ input: JSON) {
    self.input = input
    brief = Brief(input)
  }

  var json: JSON {
    let given = input["criteria"].array ?? []
    let verdicts = given.map(verdict)
    let failed = verdicts.filter { !$0.passed }
    let exits = checks.compactMap { $0["exit_code"].int }
    let overall = !verdicts.isEmpty && failed.isEmpty && !exits.isEmpty && exits.allSatisfy { $0 == 0 }
    var improvements = failed.map { "\($0.id): \($0.recommendation)" }
    if !overall, failed.isEmpty {
      improvements.append(say("Make the check command end with 0: \(output.suffix(300))", "让检查命令以 0 结束：\(output.suffix(300))"))
    }
    return [
      "requirement_id": .string(brief.requirement.id), "criteria": .array(verdicts.map(\.json)), "overall_pass": .bool(overall),
      "improvements": JSON(improvements),
    ]
  }

  private struct Verdict {
    let id: String
    let name: String
    let passed: Bool
    let reason: String
    let recommendation: String

    var json: JSON {
      [
        "id": .string(id), "name": .string(name), "pass": .bool(passed), "reason": .string(reason),
        "recommendation": .string(recommendation),
      ]
    }
  }

  private func verdict(_ criterion: JSON) -> Verdict {
    let id = criterion["id"].string ?? ""
    let name = criterion["title"].string ?? criterion["name"].string ?? criterion["description"].string ?? id
    func failed(_ reason: String, _ recommendation: String) -> Verdict {
      Verdict(id: id, name: name, passed: false, reason: reason, recommendation: recommendation)
    }
    if let missing = missingPart {
      return failed(
        missing, say("Write the section of \(brief.requirement.id) into index.html", "把 \(brief.requirement.id) 的区块写入 index.html"))
    }
    switch line(for: id) {
    case .some(true):
      let tested = Criterion(criterion, component: brief.component)?.standard != nil
      return Verdict(
        id: id, name: name, passed: true,
        reason: tested
          ? say("The check printed PASS.", "检查输出 PASS。")
          : say(
            "The section states it and the check found the statement; only a person can confirm the rest.", "区块中已写明且检查已确认；其余只能由人确认。"),
        recommendation: "")
    case .some(false):
      return failed(say("The check printed FAIL.", "检查输出 FAIL。"), say("Deliver: \(name)", "请交付：\(name)"))
    case .none:
      return failed(
        say("No check printed a line for it.", "没有检查输出该标准的结果。"),
        say("Add a check for \(id) to \(brief.checkPath)", "在 \(brief.checkPath) 中加入 \(id) 的检查"))
    }
  }

  /// Whether the page was among the files and lacks the part.
  private var missingPart: String? {
    guard let page = input["files"].array?.first(where: { $0["path"].string == "index.html" })?["content"].string,
      !page.contains("data-requirement=\"\(brief.requirement.id)\"")
    else { return nil }
    return say("index.html has no section of \(brief.requirement.id).", "index.html 中没有 \(brief.requirement.id) 的区块。")
  }

  /// True for a PASS line, false for a FAIL line; a FAIL anywhere counts.
  private func line(for id: String) -> Bool? {
    var found: Bool?
    for line in output.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count >= 2, words[1] == id[...] else { continue }
      if words[0] == "FAIL" { return false }
      if words[0] == "PASS" { found = true }
    }
    return found
  }

  private var checks: [JSON] {
    for name in ["checks", "check_results", "check"] {
      if let list = input[name].array { return list }
      if input[name].object != nil { return [input[name]] }
    }
    return []
  }

  private var output: String { checks.map { ($0["stdout"].string ?? "") + "\n" + ($0["stderr"].string ?? "") }.joined(separator: "\n") }

  private func say(_ english: String, _ chinese: String) -> String { brief.language == .english ? english : chinese }
}
