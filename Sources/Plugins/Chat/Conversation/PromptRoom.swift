/// How much of a conversation a model gets to read, and how much it may answer.
struct PromptRoom: Sendable, Equatable {
  /// Code points of history and new message together. Source: contract http.md, section 10.2.
  static let scalarLimit = 24_000
  /// Source: contract http.md, section 10.3.
  private static let longestReply: Int64 = 4000

  /// Tokens of the whole prompt, as we estimate them; nil = nobody has said.
  let tokens: Int64?
  let replyTokens: Int64

  /// - Parameter window: what the model reads and writes together, in tokens; nil = nobody has said.
  init(window: Int64?) {
    // Of a small window the conversation keeps two thirds.
    replyTokens = window.map { min(Self.longestReply, max(1, $0 / 3)) } ?? Self.longestReply
    // The estimate is good to a quarter.
    tokens = window.map { [replyTokens] in max(0, ($0 - replyTokens) * 4 / 5) }
  }

  private init(tokens: Int64, replyTokens: Int64) {
    self.tokens = tokens
    self.replyTokens = replyTokens
  }

  /// The room to try after a prompt of so many tokens was too long.
  func smaller(than promptTokens: Int64) -> PromptRoom { PromptRoom(tokens: promptTokens / 2, replyTokens: replyTokens) }
}
