import JSONRPC

/// Tells the customer what was delivered and what is missing, as the input says.
struct SummaryReply {
  private let prompt: Prompt

  init(_ prompt: Prompt) { self.prompt = prompt }

  var text: String {
    let results = prompt.input["requirements"].array ?? []
    guard !results.isEmpty, results.allSatisfy({ $0["passed"].bool != nil }) else { return PlainReply(prompt).text }
    let titles = results.map { ($0["title"].string ?? $0["id"].string ?? "", $0["passed"].bool ?? false) }
    let passed = titles.filter(\.1).map(\.0)
    let missing = titles.filter { !$0.1 }.map(\.0)
    let language = prompt.input["language"].string.flatMap(Language.init) ?? Language.of(prompt.input.text)
    let name = prompt.input["title"].string ?? ""
    return language == .english ? english(name, passed, missing, results.count) : chinese(name, passed, missing, results.count)
  }

  private func english(_ name: String, _ passed: [String], _ missing: [String], _ count: Int) -> String {
    let start = "\(name.isEmpty ? "Delivered" : "\(name): delivered") \(passed.count) of \(count) requirements"
    let done = passed.isEmpty ? "." : ": \(passed.joined(separator: ", "))."
    let open = missing.isEmpty ? " Every acceptance check passed." : " Still missing: \(missing.joined(separator: ", "))."
    return start + done + open + " (Summed up by HiveCore's built-in offline model.)"
  }

  private func chinese(_ name: String, _ passed: [String], _ missing: [String], _ count: Int) -> String {
    let start = "\(name.isEmpty ? "" : "\(name)：")已交付 \(count) 项需求中的 \(passed.count) 项"
    let done = passed.isEmpty ? "。" : "：\(passed.joined(separator: "、"))。"
    let open = missing.isEmpty ? "全部验收检查均已通过。" : "尚未完成：\(missing.joined(separator: "、"))。"
    return start + done + open + "（由 HiveCore 内置离线模型汇总。）"
  }
}
