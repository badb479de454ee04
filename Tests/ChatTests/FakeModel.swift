import JSONRPC

/// A provider of `llm` that plays a list of replies and errors, and keeps what it was asked.
actor FakeModel {
  private var replies: [Result<String, RPCError>]
  private(set) var asked: [JSON] = []
  /// How many calls are being served, and the most there ever were.
  private var running = 0
  private(set) var mostRunning = 0

  init(_ replies: [Result<String, RPCError>]) { self.replies = replies }

  func answer(_ params: JSON, provider: String) async throws(RPCError) -> JSON {
    asked.append(.object((params.object ?? [:]).merging(["provider": .string(provider)])))
    running += 1
    mostRunning = max(mostRunning, running)
    await Task.yield()
    defer { running -= 1 }
    let reply = replies.count > 1 ? replies.removeFirst() : replies[0]
    return [
      "text": .string(try reply.get()), "model": params["model"], "finish_reason": "stop",
      "usage": ["input_tokens": 100, "cached_tokens": 0, "output_tokens": 50, "reasoning_tokens": 0], "tool_calls": [],
    ]
  }
}
