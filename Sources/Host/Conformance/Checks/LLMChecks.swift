import JSONRPC
import PluginProtocol

/// Capability `llm` (docs/LLM.md, sections 1 to 5).
enum LLMChecks {
  static let all: [Check] = [
    Check("llm.complete", "11", "completes the shortest conversation: text, model, finish_reason, tool_calls, disjoint usage") { stage in
      try await stage.ready { trial in try LLMReply.check(try await trial.complete(["messages": LLMReply.hello], stage)) }
    },
    Check("llm.models", "11", "lists its models, and answers as each of the first three") { stage in
      try await stage.ready { trial in
        let list = try await trial.completion(trial.request("llm.models", meta: stage.meta()))
        let models = list["models"].array ?? []
        try trial.require(!models.isEmpty, "at least one model", list)
        for model in models {
          try trial.require(model["id"].string?.isEmpty == false, "models with an id", list)
          try trial.require(model["context"].isNull || model["context"].int ?? 0 > 0, "context: a number or null", list)
        }
        let standard = list["default"]
        try trial.require(standard.isNull || models.contains { $0["id"] == standard }, "a default that is one of the models", list)
        for model in models.prefix(3) {
          try LLMReply.check(try await trial.complete(["model": model["id"], "messages": LLMReply.hello], stage))
        }
      }
    },
    Check("llm.params", "11", "answers −32602, naming the member, to one of another type, and ignores unknown ones") { stage in
      try await stage.ready { trial in
        let wrong: [(String, JSON)] = [
          ("messages", "hello"), ("messages", []), ("temperature", "hot"), ("max_tokens", "many"), ("tools", "none"), ("model", 7),
          ("deltas", "yes"),
        ]
        for (name, value) in wrong {
          let params = (["messages": LLMReply.hello] as JSONObject).merging([name: value])
          let error = try await trial.refusal(.invalidParams, "llm.complete", .object(params), meta: stage.meta())
          try trial.require(error.message.contains(name), "a message that names \(name)", error.json)
        }
        _ = try await trial.complete(["messages": LLMReply.hello, "tomorrow": ["is": "another day"]], stage)
      }
    },
    Check("llm.text", "11", "takes text in any language, and a conversation of every role") { stage in
      try await stage.ready { trial in
        let messages: JSON = [
          ["role": "system", "content": "Be brief."], ["role": "user", "content": "你好，世界 👩‍🚀 \u{0} \"\\"],
          ["role": "assistant", "content": "", "tool_calls": [["id": "c1", "name": "look", "arguments": ["at": "that"]]]],
          ["role": "tool", "tool_call_id": "c1", "content": "nothing there"], ["role": "user", "content": "And now?"],
        ]
        try LLMReply.check(try await trial.complete(["messages": messages], stage))
      }
    },
    Check("llm.deltas", "11", "with deltas, sends lines of JSON whose texts make up the result's") { stage in
      try await stage.ready { trial in
        let params: JSONObject = ["messages": LLMReply.hello, "deltas": true]
        let id = trial.request("llm.complete", .object(params), meta: stage.meta())
        try await trial.download(id)
        let result = try await trial.completion(id)
        try LLMReply.check(result)
        let lines = (trial.transcript.read { $0.streams[id]?.bytes } ?? []).split(separator: UInt8(ascii: "\n"))
        var text = ""
        for line in lines {
          guard let piece = (try? JSON(parsing: Array(line)))?.object else {
            throw Disproof(expected: "lines that are JSON objects", came: Shown.text(Array(line)))
          }
          text += piece["text"]?.string ?? ""
        }
        try trial.require(lines.isEmpty || text == result["text"].string, "pieces that make up \(result["text"].text)", .string(text))
      }
    },
    Check("llm.tokens", "11", "counts the tokens of a text and of messages") { stage in
      guard stage.description?.methods.contains(where: { $0.name == "llm.count_tokens" }) == true else {
        throw NotApplicable(reason: "it does not describe llm.count_tokens, which is optional")
      }
      try await stage.ready { trial in
        for params: JSON in [["text": "How long is this?"], ["messages": LLMReply.hello]] {
          let count = try await trial.result("llm.count_tokens", params, meta: stage.meta())
          try trial.require(count["tokens"].int ?? 0 > 0, "a number of tokens", count)
        }
      }
    },
    Check("llm.errors", "11", "fails as docs/LLM.md, section 4, says: a code of the table, and retryable") { stage in
      try await stage.ready { trial in
        let params: JSONObject = ["model": "conformance-no-such-model", "messages": LLMReply.hello]
        let id = trial.request("llm.complete", .object(params), meta: stage.meta())
        // Another model may answer; when none does the error must be one of the table.
        if case .failure(let error) = try await trial.answer(to: id) { try LLMReply.check(error) }
      }
    },
    Check("llm.cancel", "3", "answers a completion that is cancelled") { stage in
      try await stage.ready { trial in
        let ids = (0..<4).map { _ in
          let id = trial.request("llm.complete", ["messages": LLMReply.hello], meta: stage.meta())
          trial.notify("$/cancel", ["id": .int(id)])
          return id
        }
        for id in ids {
          guard case .failure(let error) = try await trial.answer(to: id), error.code != .cancelled else { continue }
          try LLMReply.check(error)
        }
        try await trial.pings()
      }
    },
  ]
}

/// What docs/LLM.md says of results and errors.
enum LLMReply {
  static let hello: JSON = [["role": "user", "content": "Say hello."]]
  private static let codes: Set = [
    "llm_auth", "llm_rate_limited", "llm_context_length", "llm_content_filter", "llm_overloaded", "llm_timeout", "llm_malformed",
    "llm_error",
  ]

  static func check(_ result: JSON) throws {
    func require(_ condition: Bool, _ what: String) throws {
      guard condition else { throw Disproof(expected: what, came: Shown.text(result)) }
    }
    try require(result["text"].string != nil, "a text")
    try require(result["model"].string?.isEmpty == false, "the model that answered")
    let reasons: [JSON] = ["stop", "length", "tool_calls", "content_filter"]
    try require(reasons.contains(result["finish_reason"]), "finish_reason stop, length, tool_calls or content_filter")
    for name in ["input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens"] {
      try require(result["usage"][name].int ?? -1 >= 0, "usage.\(name), a number from 0 on")
    }
    let calls = result["tool_calls"].array
    try require(calls != nil, "tool_calls, a list")
    for call in calls ?? [] {
      try require(
        call["id"].string != nil && call["name"].string != nil && call["arguments"].object != nil, "tool calls with id, name and arguments")
    }
  }

  static func check(_ error: RPCError) throws {
    guard let code = error.applicationCode, codes.contains(code), error.data["retryable"].bool != nil else {
      throw Disproof(expected: "−31100 with data.code of the table and data.retryable", came: Shown.text(error.json))
    }
  }
}

extension Trial {
  fileprivate func complete(_ params: JSONObject, _ stage: Stage) async throws -> JSON {
    try await completion(request("llm.complete", .object(params), meta: stage.meta()))
  }

  /// The result of a call that may need its service; a provider whose service cannot be reached has none to show.
  fileprivate func completion(_ id: Int64) async throws -> JSON {
    switch try await answer(to: id) {
    case .result(let result): return result
    case .failure(let error):
      try LLMReply.check(error)
      throw NotApplicable(reason: "its service gives no answer: \(error.applicationCode ?? ""), \(error.message)")
    }
  }
}
