import JSONRPC
import Synchronization

/// What a server understands for one model.
struct ServerDialect: Sendable, Equatable {
  /// How a reply is made to be JSON.
  enum JSONSupport: Int, Sendable {
    case words, jsonMode, schema
  }

  var format = JSONSupport.schema
  var hasStreamOptions = true
  /// Reasoning models of OpenAI take `max_completion_tokens` in place of `max_tokens`.
  var takesMaxTokens = true
  var takesTemperature = true
  var takesSeed = true

  /// The next simpler dialect after a refusal, or nil when the refusal is about something else.
  ///
  /// There is no machine-readable way to say it: servers name the member they do not know in `param` or in words.
  func simplified(after words: String, sent body: JSONObject) -> ServerDialect? {
    let words = words.lowercased()
    func refuses(_ member: String) -> Bool { body[member] != nil && words.contains(member) }
    var simpler = self
    if body["response_format"] != nil,
      ["response_format", "json_schema", "json_object", "grammar"].contains(where: { words.contains($0) }),
      let lower = JSONSupport(rawValue: format.rawValue - 1)
    {
      simpler.format = lower
    } else if refuses("stream_options") {
      simpler.hasStreamOptions = false
    } else if refuses("max_tokens"), takesMaxTokens, words.contains("max_completion_tokens") {
      simpler.takesMaxTokens = false
    } else if refuses("temperature"), takesTemperature {
      simpler.takesTemperature = false
    } else if refuses("seed") {
      simpler.takesSeed = false
    } else {
      return nil
    }
    return simpler
  }
}

/// The dialects learnt, by model.
final class Dialects: Sendable {
  private static let limit = 1000
  private let initial: ServerDialect
  private let learnt = Mutex<[String: ServerDialect]>([:])

  init(initial: ServerDialect) { self.initial = initial }

  func dialect(of model: String) -> ServerDialect { learnt.withLock { $0[model] } ?? initial }

  func learn(_ dialect: ServerDialect, of model: String) {
    learnt.withLock { if $0[model] != nil || $0.count < Self.limit { $0[model] = dialect } }
  }
}
