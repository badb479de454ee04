import JSONRPC
import ModelKit
import PluginKit
import PluginProtocol
import Synchronization

/// The Assistant Agent's methods: talk a wish through, at once or told while it comes, and read the requirements out of a whole dialogue.
///
/// Source: contract http.md, section 10.
struct ChatService: Sendable {
  let router: ModelRouter
  private let turns = Turns()

  init(router: ModelRouter) { self.router = router }

  private static let alias = "chat"
  private static let agent: JSON = ["id": "aa", "name": "AA"]

  /// `chat.send`: POST /conversations/{id}/chat/.
  func send(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let turn = try Turn(call)
    return try await turns.run(Self.key(request, call)) {
      let storage = Storage(request.host)
      let snapshot = try await Snapshot.read(turn.conversation, files: turn.fileIDs, from: storage)
      return HTTPCall.reply(try await answer(turn, snapshot, request))
    }
  }

  /// `chat.stream`: POST /conversations/{id}/chat-stream/. What is wrong with the request is answered as by ``send(_:)``; once the model is
  /// asked there is a stream, which one event `done` or `error` ends.
  func stream(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    let turn = try Turn(call)
    return try await turns.run(Self.key(request, call)) {
      let snapshot = try await Snapshot.read(turn.conversation, files: turn.fileIDs, from: Storage(request.host))
      let sink = EventSink()
      try await sink.run(request) {
        let isOpen = Mutex(false)
        do {
          let body = try await answer(turn, snapshot, request, sink) {
            guard
              isOpen.withLock({ isOpen in
                isOpen
                  ? false
                  : {
                    isOpen = true; return true
                  }()
              })
            else { return }
            try sink.open(request)
          }
          try sink.send(.init(name: "done", data: body))
        } catch let error as RPCError {
          guard isOpen.withLock({ $0 }), error.code != .cancelled else { throw error }
          let body = error.data["body"]
          try sink.send(.init(name: "error", data: body["error"].isNull ? ["error": .string(error.message), "code": "error"] : body))
        }
      }
      return [:]
    }
  }

  /// One turn: the model is asked, and everything stored at once.
  private func answer(
    _ turn: Turn, _ snapshot: Snapshot, _ request: Request, _ sink: EventSink? = nil, begun: @Sendable () async throws -> Void = {}
  ) async throws -> JSON {
    let files = try turn.files(in: snapshot)
    let prompt = ChatPrompt.chat(
      history: snapshot.history, message: turn.content, attachments: files.map(ChatPrompt.Attachment.init),
      requirements: snapshot.requirements)
    let question = Question(purpose: "chat", prompt: prompt, temperature: 0.7, snapshot: snapshot)
    let answer = try await ask(question, request, sink, begun)
    let plan = RequirementPlan(answer.requirements ?? [], stored: snapshot.stored)
    let steps = ChatSteps(snapshot, user: turn.content, files: files, assistant: Self.message(of: answer), plan: plan)
    return steps.answer(try await Storage(request.host).transact(steps.steps))
  }

  /// `chat.extract`: POST /conversations/{id}/extract_requirements/.
  func extract(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    return try await turns.run(Self.key(request, call)) {
      let storage = Storage(request.host)
      let snapshot = try await Snapshot.read(call.path("id"), from: storage)
      guard !snapshot.history.isEmpty else { return HTTPCall.reply([]) }
      let prompt = ChatPrompt.extract(history: snapshot.history, requirements: snapshot.requirements)
      let question = Question(purpose: "extract", prompt: prompt, temperature: 0.2, snapshot: snapshot)
      let answer = try await ask(question, request)
      guard let items = answer.requirements else { throw Self.failed("the model's answer holds no readable requirements") }
      guard !items.isEmpty else { return HTTPCall.reply(.array(snapshot.requirements)) }
      let results = try await storage.transact(ExtractSteps.steps(snapshot, items))
      return HTTPCall.reply(results.last?["rows"] ?? [])
    }
  }

  private struct Question: Sendable {
    let purpose: String
    let prompt: ChatPrompt
    let temperature: Double
    let snapshot: Snapshot
  }

  /// Asks the model, and once more when its answer cannot be read.
  private func ask(
    _ question: Question, _ request: Request, _ sink: EventSink? = nil, _ begun: @Sendable () async throws -> Void = {}
  ) async throws -> ChatAnswer {
    let started = ContinuousClock.now
    let (text, answer) = try await once(question, 1, request, sink, begun)
    if answer.requirements != nil { return answer }
    // Words in time are better than requirements too late.
    let taken = ContinuousClock.now - started
    if question.purpose == "chat", let deadline = request.meta.deadline, deadline - .now < taken * 1.5 { return answer }
    let again = Question(
      purpose: question.purpose, prompt: question.prompt.again(after: text), temperature: question.temperature,
      snapshot: question.snapshot)
    let second: ChatAnswer
    do {
      second = try await once(again, 2, request, sink, begun).1
    } catch let error as RPCError {
      // Words without requirements are an answer to a message; to an extraction they are none.
      guard question.purpose == "chat", error.code != .cancelled else { throw error }
      return answer
    }
    return second.requirements == nil ? answer : ChatAnswer(message: answer.message, requirements: second.requirements)
  }

  /// Asks with as much of the history as the model can read, and with less when that was too much.
  private func once(
    _ question: Question, _ attempt: Int, _ request: Request, _ sink: EventSink?, _ begun: @Sendable () async throws -> Void
  ) async throws -> (String, ChatAnswer) {
    var room = PromptRoom(window: await router.window(of: Self.alias, for: request))
    while true {
      let messages = question.prompt.messages(in: room)
      do {
        return try await once(call(question, attempt, room), attempt, request, sink, begun)
      } catch let error as RPCError {
        let smaller = room.smaller(than: TokenEstimate.tokens(messages: messages))
        guard error.applicationCode == "llm_context_length", question.prompt.messages(in: smaller) != messages else {
          throw Self.httpError(error)
        }
        room = smaller
      }
    }
  }

  private func call(_ question: Question, _ attempt: Int, _ room: PromptRoom) throws(RPCError) -> ModelCall {
    func params(_ room: PromptRoom) -> JSON {
      [
        "alias": .string(Self.alias), "purpose": .string(question.purpose), "messages": question.prompt.messages(in: room),
        "temperature": .double(question.temperature), "max_tokens": .int(room.replyTokens), "attempt": .int(attempt), "agent": Self.agent,
        "project": question.snapshot.conversation["project"],
      ]
    }
    var call = try ModelCall(params(room))
    // What was recorded is found again whatever another model's window is, or when nobody can be asked for it.
    call.recordedAs = try ModelCall(params(PromptRoom(window: nil))).request
    return call
  }

  private func once(
    _ call: ModelCall, _ attempt: Int, _ request: Request, _ sink: EventSink?, _ begun: @Sendable () async throws -> Void
  ) async throws -> (String, ChatAnswer) {
    let telling = Mutex(StreamedAnswer(tellsProse: attempt == 1))
    let listen: ModelRouter.Listener? = sink.map { sink in
      { @Sendable delta in
        guard case .text(let piece) = delta else { return }
        for event in telling.withLock({ $0.take(piece) }) { try sink.send(event) }
      }
    }
    let reply = try await router.complete(call, for: request, listen: listen, begun: begun)
    let text = reply["text"].string ?? ""
    let answer = ChatAnswer(text)
    if let sink { for event in telling.withLock({ $0.finish(Self.message(of: answer)) }) { try sink.send(event) } }
    return (text, answer)
  }

  /// What the HTTP client is told about a failed model. Source: DECISIONS 5; quota: contract http.md, section 8.4.
  private static func httpError(_ error: RPCError) -> RPCError {
    switch error.code {
    case .cancelled: error
    case .unavailable, .circuitOpen, .draining, .overloaded:
      .application("llm_unavailable", status: 503, "no language model is available: \(error.message)")
    case .application where error.applicationCode == "quota_exceeded": error
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
}
