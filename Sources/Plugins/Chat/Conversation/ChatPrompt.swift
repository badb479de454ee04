import JSONRPC
import ModelKit

/// What the model reads. Source: contract http.md, section 10.2; the closing block: docs/OFFLINE.md, section 1.
struct ChatPrompt: Sendable {
  private enum Form {
    /// The history as messages.
    case dialogue
    /// The history in one message, each line with its speaker.
    case minutes
  }

  private let form: Form
  private let instruction: String
  /// Earlier messages, oldest first, with `type` and `content`; the oldest are left out when there is no room.
  private let history: [JSON]
  private var message: String
  private let requirements: String
  /// An answer that could not be read, and what is asked of the model now.
  private var second: (answer: String, reminder: String)?

  private static let attachmentLimit = 5_000

  private static let messageHeading = "## 用户消息"
  private static let filesHeading = "## 附件"
  static let headings: Set<String> = [messageHeading, filesHeading]

  /// A file the user attached.
  struct Attachment: Sendable {
    let name: String
    let type: String
    let summary: String
    let text: String

    /// - Parameter file: a row with what was read out of it.
    init(_ file: JSON) {
      name = file["name"].string ?? ""
      type = file["file_type"].string ?? ""
      summary = file["description"].string ?? ""
      text = file["text_content"].string ?? ""
    }
  }

  /// One turn of a conversation.
  ///
  /// - Parameters:
  ///   - history: earlier messages, oldest first, with `type` and `content`.
  ///   - requirements: what is agreed so far, with ids.
  static func chat(history: [JSON], message: String, attachments: [Attachment], requirements: [JSON]) -> ChatPrompt {
    ChatPrompt(
      form: .dialogue, instruction: chatInstruction, history: history, message: userText(message, attachments),
      requirements: block(requirements))
  }

  /// Asks for all requirements of a dialogue at once.
  static func extract(history: [JSON], requirements: [JSON]) -> ChatPrompt {
    ChatPrompt(form: .minutes, instruction: extraction, history: history, message: "", requirements: block(requirements))
  }

  /// Asks once more after an answer without a readable block.
  func again(after answer: String) -> ChatPrompt {
    var prompt = self
    prompt.second = (answer.prefixScalars(PromptRoom.scalarLimit), Self.reminder + requirements)
    return prompt
  }

  /// The messages, with as much of the history as there is room for; all else is never left out.
  func messages(in room: PromptRoom) -> JSON {
    let system: JSON = ["role": "system", "content": .string(instruction)]
    var rest: [JSON] = []
    if let second {
      rest = [["role": "assistant", "content": .string(second.answer)], ["role": "user", "content": .string(second.reminder)]]
    }
    let fixed = TokenEstimate.tokens(messages: .array([system, ["role": "user", "content": .string(message + requirements)]] + rest))
    let kept = Self.trimmed(
      history, scalars: PromptRoom.scalarLimit - message.unicodeScalars.count, tokens: room.tokens.map { $0 - fixed })
    switch form {
    case .dialogue:
      let earlier = kept.map { row -> JSON in
        ["role": row["type"].string == "user" ? "user" : "assistant", "content": row["content"]]
      }
      return .array([system] + earlier + [["role": "user", "content": .string(message + requirements)]] + rest)
    case .minutes:
      let lines = kept.map { "\($0["type"].string == "user" ? "user" : "assistant"): \($0["content"].string ?? "")" }
      return .array([system, ["role": "user", "content": .string(lines.joined(separator: "\n") + requirements)]] + rest)
    }
  }

  /// The newest messages that fit; of one longer than all the room nothing is kept.
  ///
  /// - Parameter tokens: nil = as many as there are.
  private static func trimmed(_ history: [JSON], scalars: Int, tokens: Int64?) -> [JSON] {
    var (scalarsLeft, tokensLeft) = (scalars, tokens ?? .max)
    var kept: [JSON] = []
    for message in history.reversed() {
      let text = message["content"].string ?? ""
      scalarsLeft -= text.unicodeScalars.count
      tokensLeft -= TokenEstimate.tokens(messages: [["content": .string(text)]])
      guard scalarsLeft >= 0, tokensLeft >= 0 else { break }
      kept.append(message)
    }
    return kept.reversed()
  }

  private static func userText(_ message: String, _ attachments: [Attachment]) -> String {
    guard !attachments.isEmpty else { return message }
    let files = attachments.map { file -> String in
      let text =
        if !file.text.isEmpty {
          "```\n\(file.text.prefixScalars(attachmentLimit))\n```"
        } else {
          file.summary.isEmpty ? "类型：\(file.type)" : file.summary
        }
      return "### \(file.name)\n\n\(text)"
    }
    return "\(messageHeading)\n\n\(message)\n\n\(filesHeading)\n\n" + files.joined(separator: "\n\n")
  }

  private static func block(_ requirements: [JSON]) -> String {
    let known = requirements.map { row -> JSON in
      [
        "id": row["id"], "content": row["content"], "type": row["type"],
        "delivery_standards": .array((row["delivery_standards"].array ?? []).map { $0["content"] }),
      ]
    }
    return "\n\n```json\n\(JSON.object(["requirements": .array(known)]).text)\n```"
  }
}

extension ChatPrompt {
  private static let shape = """
    {"requirements":[{"id":已有需求的编号或 null,"content":"需求内容","type":"requirement 或 delivery_standard","delivery_standards":["可验证的交付标准"]}]}
    """

  private static let chatInstruction = """
    你是 HiveCore 的需求分析师，与用户对话，把愿望变成可以交付的需求。请用用户的语言回答。
    - 愿望含糊时，提出一两个有针对性的问题；不要猜测用户没有说过的目标。
    - 把大的愿望拆成相互独立、可以单独验收的需求。
    - 为每条需求写出几条可以验证的交付标准，涵盖功能、性能、安全与易用性中相关的方面。
    - 用户附上文件时，利用其中的内容。
    - 用户说出的每个目标都要记录，即使还不完整。
    - 用户消息末尾的 json 代码块列出当前已有的需求及编号；细化其中某条时沿用它的编号（id），不要重复新建。
    - 回答的最后必须是一个 json 代码块，即使列表为空，格式如下，之后不要再写任何内容：
    ```json
    \(shape)
    ```
    """

  private static let extraction = """
    你是 HiveCore 的需求分析师。阅读整段对话（每行以说话人 user: 或 assistant: 开头），提取用户的全部需求，并为每条写出可以验证的交付标准。
    只返回一个 JSON 对象，不要任何其他文字，格式如下：
    \(shape)
    """

  private static let reminder = "上一条回答没有可读取的 JSON。请重新回答，并以规定格式的 json 代码块结尾。"
}
