import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 9.9.
@Sendable func projectContext(_ request: Request) async throws -> JSON {
  let call = try request.http
  try await requireProject(request, call)
  let ofProject: [Condition] = [.eq("project", call.path("id"))]
  let answer = try await request.storage.read(
    .many([
      .select(
        .init(
          "project_decision", filter: ofProject + [.eq("is_active", true)], order: ["category", "key"], limit: StorageRead.rowLimit,
          shape: "list")),
      .select(.init("project_file_registry", filter: ofProject, limit: StorageRead.rowLimit)),
    ]))["results"]
  let prompt = ContextPrompt(
    decisions: answer[0]["rows"].array ?? [], files: answer[1]["rows"].array ?? [], language: call.query("lang") == "en" ? .en : .zh)
  return HTTPCall.reply([
    "decisions": answer[0]["rows"], "file_registry": answer[1]["rows"], "context_for_prompt": .string(prompt.markdown),
  ])
}

/// The project's memory as Markdown for an agent's prompt: fixed structure, our words.
struct ContextPrompt {
  enum Language { case zh, en }

  let decisions: [JSON]
  let files: [JSON]
  let language: Language

  private static let fileLimit = 30

  private static let categories: [(key: String, zh: String, en: String)] = [
    ("tech_stack", "技术栈", "Tech stack"), ("architecture", "架构", "Architecture"), ("api_design", "API 设计", "API design"),
    ("component", "组件", "Components"), ("dependency", "依赖", "Dependencies"), ("constraint", "约束", "Constraints"),
    ("file_structure", "文件结构", "File structure"), ("tooling", "工具链", "Tooling"),
  ]

  var markdown: String {
    var lines = [say("## 项目记忆", "## Project memory"), ""]
    guard !decisions.isEmpty else {
      return (lines + [say("这是一个新项目，还没有任何决策。", "This project is new; nothing has been decided yet."), ""]).joined(separator: "\n")
    }
    lines += [
      say("以下决策对你有约束力，请勿引入与之冲突的技术。", "These decisions bind you; do not bring in technology that conflicts with them."), "",
    ]
    for category in Self.categories { lines += section(category) }
    return (lines + fileSection).joined(separator: "\n")
  }

  private func section(_ category: (key: String, zh: String, en: String)) -> [String] {
    let own = decisions.filter { $0["category"].string == category.key }
    guard !own.isEmpty else { return [] }
    var lines = ["### " + say(category.zh, category.en)]
    for decision in own {
      lines.append("- **\(oneLine(decision["key"]))**: \(oneLine(decision["value"]))")
      if decision["description"] != "" { lines.append("  - \(oneLine(decision["description"]))") }
    }
    return lines + [""]
  }

  private var fileSection: [String] {
    guard !files.isEmpty else { return [] }
    let newest = files.sorted { ($0["updated_at"].string ?? "") > ($1["updated_at"].string ?? "") }.prefix(Self.fileLimit)
    let shown = newest.sorted { ($0["file_path"].string ?? "") < ($1["file_path"].string ?? "") }
    var lines = ["### " + say("已有文件", "Files so far")]
    lines += shown.map { "- `\(oneLine($0["file_path"]))`: \(oneLine($0["description"]))" }
    let left = files.count - shown.count
    if left > 0 { lines.append(say("- 另有 \(left) 个文件未列出", "- \(left) more files are not listed")) }
    return lines + [""]
  }

  private func say(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

  /// What agents wrote stays on its line: it must not open a section of its own.
  private func oneLine(_ json: JSON) -> String {
    (json.string ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
