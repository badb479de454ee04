import JSONRPC
import PluginKit

/// A model that builds a page of two parts. What it answers depends on the question alone.
struct ScriptedModel: Sendable {
  /// The replies it gives instead, by purpose, requirement and inner round: `qa/REQ-002/1`; of files also by path: `file/index.html`.
  var instead: [String: String] = [:]

  func reply(_ params: JSON) -> String {
    let purpose = params["purpose"].string ?? ""
    let input = ScriptedModel.input(params)
    let id = input["requirement"]["id"].string ?? ""
    if let text = instead["\(purpose)/\(id)/\(params["attempt"].int ?? 0)/\(params["journal"]["call"].int ?? 0)"] { return text }
    if let text = instead["\(purpose)/\(id)/\(params["attempt"].int ?? 0)"] { return text }
    if let path = input["file"]["path"].string, let text = instead["\(purpose)/\(path)"] { return text }
    switch purpose {
    case "spec": return ScriptedModel.spec(input)
    case "criteria": return criteria(id, input)
    case "contract": return #"{"check_commands":["sh checks/run.sh"]}"#
    case "blueprint": return blueprint(id, input)
    case "file": return file(id, input)
    case "edit":
      return #"{"path":"index.html","edits":[{"old":"<!-- \#(id) -->","new":"<!-- \#(id) --><p>\#(id)</p>"}],"summary":"edited"}"#
    case "qa": return judgement(input)
    default: return "All done."
    }
  }

  /// The fenced block of the last user message.
  static func input(_ params: JSON) -> JSON {
    let text = params["messages"].array?.last?["content"].string ?? ""
    return ModelFence.all(in: text).last.flatMap { try? JSON(parsing: $0.body) } ?? .null
  }

  private static func spec(_ input: JSON) -> String {
    let agreed = input["requirements"].array ?? []
    let requirements: [JSON] = agreed.enumerated().map { index, item in
      [
        "id": .string("REQ-00\(index + 1)"), "title": item["content"], "summary": item["content"], "category": "frontend",
        "source_id": item["id"], "depends_on": index == 0 ? [] : ["REQ-001"],
      ]
    }
    return JSON.object([
      "summary": "A page", "title": "Page", "language": "en", "project_type": "web", "requirements": .array(requirements),
      "tech_stack": ["frontend": "HTML"],
    ]).text
  }

  private func criteria(_ id: String, _ input: JSON) -> String {
    let items: [JSON] = (input["delivery_standards"].array ?? []).map { ["title": $0["content"], "delivery_standard_id": $0["id"]] }
    return JSON.object(["criteria": .array(items)]).text
  }

  private func blueprint(_ id: String, _ input: JSON) -> String {
    let ids = (input["criteria"].array ?? []).map { $0["id"] }
    return JSON.object([
      "requirement_id": .string(id), "deliverable_pitch": .string("\(id) on the page"),
      "files_plan": [
        ["path": .string("parts/\(id).html"), "description": "the part", "priority": 1, "criteria_ids": .array(ids)],
        ["path": .string("checks/\(id).sh"), "description": "the check", "priority": 2],
      ] + (id == "REQ-001" ? [["path": "index.html", "description": "the page", "priority": 0]] : []),
      "check_command": .string("sh checks/\(id).sh"),
    ]).text
  }

  private func file(_ id: String, _ input: JSON) -> String {
    let path = input["file"]["path"].string ?? ""
    let feedback = (input["feedback"].array ?? []).count
    let content =
      switch path {
      case "checks/\(id).sh": "grep -q '\(id)' parts/\(id).html && echo 'PASS \(id).1'\n"
      case "index.html": "<html><body><!-- REQ-002 --></body></html>\n"
      default: "<p>\(id) after \(feedback) hints</p>\n"
      }
    return JSON.object(["path": .string(path), "content": .string(content), "summary": "written"]).text
  }

  private func judgement(_ input: JSON) -> String {
    let output = (input["checks"].array ?? []).map { $0["stdout"].string ?? "" }.joined()
    let findings: [JSON] = (input["criteria"].array ?? []).map { criterion in
      let passed = output.contains("PASS \(criterion["id"].string ?? "")")
      return ["id": criterion["id"], "name": criterion["title"], "pass": .bool(passed), "reason": passed ? "shown" : "not shown"]
    }
    return JSON.object(["criteria": .array(findings)]).text
  }
}

private func + (left: JSON, right: [JSON]) -> JSON { .array((left.array ?? []) + right) }
