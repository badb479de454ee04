import JSONRPC

/// The model: a request in, a reply out, by rules alone.
enum OfflineModel {
  static let name = "offline-1"
  /// In tokens; what it reads is bounded by the frame, not by a window.
  static let context = 1_000_000
  static let replyByteLimit = 200_000

  /// The text of the reply to a request.
  static func reply(to prompt: Prompt) -> String {
    let text =
      switch prompt.purpose {
      case "chat": ChatReply(prompt).text
      case "extract": ChatReply(prompt).json.text
      case "spec": SpecReply(prompt.input).json.text
      case "criteria": CriteriaReply(prompt.input).json.text
      case "contract": ContractReply(prompt.input).json.text
      case "team": TeamReply(prompt.input).json.text
      case "blueprint": BlueprintReply(prompt.input).json.text
      case "file": FileReply(prompt.input).json.text
      case "edit": EditReply(prompt.input).json.text
      case "qa": QAReply(prompt.input).json.text
      case "summary", "acceptance": SummaryReply(prompt).text
      default: PlainReply(prompt).text
      }
    return text.utf8.count <= replyByteLimit ? text : String(decoding: text.utf8.prefix(replyByteLimit), as: UTF8.self)
  }

  /// A token for each four bytes, rounded up.
  static func tokens(_ text: String) -> Int { (text.utf8.count + 3) / 4 }
}

/// Anything else: says what it is and what it was told.
struct PlainReply {
  private let prompt: Prompt

  init(_ prompt: Prompt) { self.prompt = prompt }

  var text: String {
    let told = prompt.prose.isEmpty ? prompt.input.text : prompt.prose
    switch Language.of(told) {
    case .english:
      return
        "This is HiveCore's built-in offline model (offline-1). It works by rules and cannot judge freely; it can only repeat what it was told: \(told.cut(500))"
    case .chinese:
      return "这里是 HiveCore 内置的离线模型（offline-1）。它按规则工作，无法自由评判，只能复述所收到的内容：\(told.cut(500))"
    }
  }
}
