package import JSONRPC

/// Counts tokens where nobody else does: good to a quarter for prose, never below half.
package enum TokenEstimate {
  /// A token for each four ASCII bytes and for each other character.
  package static func tokens(_ text: String) -> Int64 {
    var ascii: Int64 = 0
    var others: Int64 = 0
    for byte in text.utf8 {
      if byte < 0x80 { ascii += 1 } else if byte >= 0xC0 { others += 1 }
    }
    return (ascii + 3) / 4 + others
  }

  /// Of the messages of a request, with a few tokens for the frame of each.
  package static func tokens(messages: JSON) -> Int64 {
    (messages.array ?? []).reduce(0) { sum, message in
      let calls = message["tool_calls"]
      return sum + 4 + tokens(message["content"].string ?? "") + (calls.isNull ? 0 : tokens(calls.text))
    }
  }

  /// What a request makes the model read.
  package static func read(_ request: JSONObject) -> Int64 {
    let more = [request["tools"], request["response_format"]].compactMap { $0 }.filter { !$0.isNull }
    return tokens(messages: request["messages"] ?? []) + more.reduce(0) { $0 + tokens($1.text) }
  }

  /// `llm.count_tokens`: of `text`, or of `messages`.
  package static func count(_ params: JSON) throws(RPCError) -> JSON {
    if let text = params["text"].string { return ["tokens": .int(tokens(text)), "estimated": true] }
    guard params["messages"].array != nil else { throw RPCError(.invalidParams, "text or messages is needed") }
    return ["tokens": .int(tokens(messages: params["messages"])), "estimated": true]
  }
}
