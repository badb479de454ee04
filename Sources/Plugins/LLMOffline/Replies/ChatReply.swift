import JSONRPC
import PluginKit

/// Talks a wish through: what was understood, what is still open, and the requirements as a fenced block.
struct ChatReply {
  private let prompt: Prompt
  private let language: Language

  init(_ prompt: Prompt) {
    self.prompt = prompt
    language = Language.of(prompt.prose)
  }

  /// For `chat`.
  var text: String {
    let message = UserText(prompt.prose)
    let found = Extractor(input: prompt.input["requirements"]).extract(message.request)
    let block = JSON.object(["requirements": .array(found.map(\.json))])
    return (introduction + [understood(found, message), question(found)].filter { !$0.isEmpty }).joined(separator: "\n\n")
      + "\n\n```json\n\(block.text)\n```"
  }

  /// For `extract`: every message of the user read in turn.
  var json: JSON {
    let found = UserText.spoken(in: prompt.prose).reduce(into: [Extractor.Found]()) { found, message in
      let known = found.enumerated().map {
        Extractor.Known(id: .int($0.offset), content: $0.element.content, standards: $0.element.standards)
      }
      for item in Extractor(existing: known).extract(UserText(message).request) {
        if let index = item.id?.int {
          found[Int(index)] = Extractor.Found(content: item.content, standards: item.standards)
        } else {
          found.append(item)
        }
      }
    }
    return ["requirements": .array(found.prefix(50).map(\.json))]
  }

  private var introduction: [String] {
    guard !prompt.answeredBefore else { return [] }
    return [
      language == .english
        ? "Hello! I am HiveCore's built-in offline model (offline-1): I work by rules, without a network, and only know small web pages."
        : "您好！我是 HiveCore 内置的离线模型（offline-1）：按规则工作，不联网，只会制作小型网页。"
    ]
  }

  private func understood(_ found: [Extractor.Found], _ message: UserText) -> String {
    var lines: [String] = []
    if !message.files.isEmpty {
      lines.append(
        language == .english ? "I read \(message.files.joined(separator: ", "))." : "已阅读附件：\(message.files.joined(separator: "、"))。")
    }
    if RequestReader.asksForRemoval(message.request) {
      lines.append(
        language == .english ? "I cannot remove a requirement: please delete it in the requirement list." : "我无法删除需求，请在需求列表中删除。")
    }
    if !found.isEmpty {
      lines.append(
        language == .english
          ? "This is what I noted, each with standards that can be checked on delivery:" : "我记录了以下需求，每一项都附有可在交付时检查的标准：")
      lines += found.map { "- \($0.content)\($0.id == nil ? "" : language == .english ? " (refined)" : "（已补充）")" }
    }
    return lines.joined(separator: "\n")
  }

  private func question(_ found: [Extractor.Found]) -> String {
    let english = language == .english
    if found.isEmpty, (prompt.input["requirements"].array ?? []).isEmpty {
      return english
        ? "What shall be built, for whom, and which parts should it have – for example opening hours, a menu or a contact form?"
        : "您想做什么、给谁用、需要哪些部分？例如营业时间、菜单或联系表单。"
    }
    if let vague = found.first(where: {
      $0.id == nil && Component.meant(by: $0.content, first: $0 == found.first).kind == Component.generic.kind
    }) {
      let title = Phrases.title(of: vague.content)
      return english ? "About “\(title)”: what should a visitor see or do there, exactly?" : "关于“\(title)”：访问者在那里具体应看到或完成什么？"
    }
    return english ? "Is anything missing, or shall it be built like this?" : "还有遗漏吗？还是就按这样制作？"
  }
}

/// The user's text: the message, and attached files as Markdown sections below it.
struct UserText {
  let message: String
  let files: [String]
  /// Bulleted lines of the attached texts.
  private let listed: [String]

  init(_ prose: String) {
    guard prose.hasPrefix("## ") else {
      (message, files, listed) = (prose, [], [])
      return
    }
    var sections: [[String]] = []
    for line in prose.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("## "), sections.count < 2 { sections.append([]) } else { sections[sections.count - 1].append(line) }
    }
    message = (sections.first ?? []).joined(separator: "\n").trimmed()
    let attached = sections.count > 1 ? sections[1] : []
    files = attached.filter { $0.hasPrefix("### ") }.map { $0.dropFirst(4).trimmed() }
    listed = attached.filter { Phrases.bullet($0) != nil }
  }

  /// What is read for requirements.
  var request: String { ([message] + listed).joined(separator: "\n") }

  /// The user's messages of a dialogue whose turns begin with `user:` or `assistant:`.
  static func spoken(in dialogue: String) -> [String] {
    var messages: [String] = []
    var user = false
    for line in dialogue.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("user:") {
        messages.append(line.dropFirst(5).trimmed())
        user = true
      } else if line.hasPrefix("assistant:") {
        user = false
      } else if user, !messages.isEmpty {
        messages[messages.count - 1] += "\n" + line
      }
    }
    return messages
  }
}
