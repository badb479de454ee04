import JSONRPC
import PluginKit
import PluginProtocol

/// The Assistant Agent's two methods: talk a wish through, and read the requirements out of a whole dialogue.
///
/// Source: contract http.md, section 10.
struct ChatService: Sendable {
  let router: ModelRouter
  private let turns = Turns()

  init(router: ModelRouter) { self.router = router }

  private static let agent: JSON = ["id": "aa", "name": "AA"]
  private static let fileLimit = 20

  /// `chat.send`: POST /conversations/{id}/chat/.
  func send(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let fileIDs = try Self.fileIDs(call.body["file_ids"] ?? [])
    guard let content = call.body["content"]?.string, !content.trimmedText.isEmpty else {
      throw HTTPCall.invalid("content", call.body["content"]?.string == nil ? "This field is required." : "This field may not be blank.")
    }
    return try await turns.run(Self.key(request, call)) {
      let storage = Storage(request.host)
      let snapshot = try await Snapshot.read(call.path("id"), files: fileIDs, from: storage)
      let files = try fileIDs.map { id throws(RPCError) -> JSON in
        guard let file = snapshot.files.first(where: { $0["id"].int == id }) else {
          throw HTTPCall.invalid("file_ids", "Invalid pk \"\(id)\" - object does not exist.")
        }
        return file
      }
      let attachments = files.map { file in
        ChatPrompt.Attachment(
          name: file["name"].string ?? "", type: file["file_type"].string ?? "", summary: file["description"].string ?? "",
          text: file["text_content"].string ?? "")
      }
      let messages = ChatPrompt.chat(
        history: snapshot.history, message: content, attachments: attachments, requirements: snapshot.requirements)
      let answer = try await ask("chat", messages, temperature: 0.7, snapshot, request)
      let plan = RequirementPlan(answer.requirements ?? [], stored: snapshot.stored)
      let steps = ChatSteps(snapshot, user: content, files: files, assistant: Self.message(of: answer), plan: plan)
      return HTTPCall.reply(steps.answer(try await storage.transact(steps.steps)))
    }
  }

  /// `chat.extract`: POST /conversations/{id}/extract_requirements/.
  func extract(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    return try await turns.run(Self.key(request, call)) {
      let storage = Storage(request.host)
      let snapshot = try await Snapshot.read(call.path("id"), from: storage)
      guard !snapshot.history.isEmpty else { return HTTPCall.reply([]) }
      let messages = ChatPrompt.extract(history: snapshot.history, requirements: snapshot.requirements)
      let answer = try await ask("extract", messages, temperature: 0.2, snapshot, request)
      guard let items = answer.requirements else { throw Self.failed("the model's answer holds no readable requirements") }
      guard !items.isEmpty else { return HTTPCall.reply(.array(snapshot.requirements)) }
      let results = try await storage.transact(ExtractSteps.steps(snapshot, items))
      return HTTPCall.reply(results.last?["rows"] ?? [])
    }
  }

  /// Asks the model, and once more when its answer cannot be read.
  private func ask(_ purpose: String, _ messages: JSON, temperature: Double, _ snapshot: Snapshot, _ request: Request) async throws
    -> ChatAnswer
  {
    func once(_ messages: JSON, attempt: Int) async throws -> String {
      let params: JSON = [
        "alias": "chat", "purpose": .string(purpose), "messages": messages, "temperature": .double(temperature), "max_tokens": 4000,
        "attempt": .int(attempt), "agent": Self.agent, "project": snapshot.conversation["project"],
      ]
      do {
        return try await router.complete(ModelCall(params), for: request)["text"].string ?? ""
      } catch let error as RPCError {
        throw Self.httpError(error)
      }
    }
    let text = try await once(messages, attempt: 1)
    let answer = ChatAnswer(text)
    if answer.requirements != nil { return answer }
    let second = ChatAnswer(try await once(ChatPrompt.again(messages, answer: text), attempt: 2))
    return second.requirements == nil ? answer : second
  }

  /// What the HTTP client is told about a failed model. Source: DECISIONS 5.
  private static func httpError(_ error: RPCError) -> RPCError {
    switch error.code {
    case .cancelled: error
    case .unavailable, .circuitOpen, .draining, .overloaded:
      .application("llm_unavailable", status: 503, "no language model is available: \(error.message)")
    default: failed(error.message)
    }
  }

  private static func failed(_ message: String) -> RPCError { .application("llm_error", status: 502, message) }

  /// An answer that was nothing but JSON still needs words.
  private static func message(of answer: ChatAnswer) -> String {
    guard answer.message.isEmpty else { return answer.message }
    return (answer.requirements ?? []).isEmpty ? "请再多说一些。 Please tell me more." : "需求已更新。 The requirements are noted."
  }

  private static func key(_ request: Request, _ call: HTTPCall) -> String { "\(request.meta.tenant ?? "")/\(call.path("id").text)" }

  private static func fileIDs(_ json: JSON) throws(RPCError) -> [Int64] {
    guard let items = json.array else {
      throw HTTPCall.invalid("file_ids", "Expected a list of items but got type \"\(json.typeName)\".")
    }
    guard items.count <= fileLimit else { throw HTTPCall.invalid("file_ids", "Ensure this field has no more than \(fileLimit) elements.") }
    var ids: [Int64] = []
    for (index, item) in items.enumerated() {
      guard let id = item.int ?? item.string.flatMap({ Int64($0) }) else {
        let messages: JSON = .object(["\(index)": ["A valid integer is required."]])
        throw .application("invalid", status: 400, "file_ids: not an integer", body: ["file_ids": messages])
      }
      if !ids.contains(id) { ids.append(id) }
    }
    return ids
  }
}
