import Digests
import JSONRPC

/// A `models.complete`, read (docs/LLM.md, section 9).
struct ModelCall: Sendable {
  /// Where a call stands in a round: the same key is the same call.
  struct Key: Sendable, Equatable {
    let round: String
    let step: String
    let attempt: Int64
    let call: Int64
  }

  /// Whether models are asked.
  enum Mode: String, Sendable {
    case live
    /// Asked, and their replies kept for ``replay``.
    case record
    /// Never: a reply that was not recorded is an error.
    case replay
  }

  let alias: String
  let purpose: String
  let agentID: String
  let agentName: String
  let project: JSON
  let round: JSON
  let key: Key?
  /// Nil = as the configuration says.
  let mode: Mode?
  /// What the provider gets, but for its `model`.
  let request: JSONObject
  /// By what a recorded reply is found, when that is not what the provider gets.
  var recordedAs: JSONObject?
  /// The caller wants the text in pieces as it comes.
  let wantsDeltas: Bool

  /// - Throws: `invalid_params`.
  init(_ params: JSON) throws(RPCError) {
    guard let messages = params["messages"].array, !messages.isEmpty else {
      throw RPCError(.invalidParams, "messages: a list of at least one {role, content} is needed")
    }
    alias = params["alias"].string ?? "default"
    purpose = params["purpose"].string ?? ""
    agentID = ModelCall.name(params["agent"]["id"])
    agentName = params["agent"]["name"].string ?? ""
    project = params["project"]
    key = try ModelCall.key(params["journal"])
    round = params["round"].isNull ? JSON(key?.round) : params["round"]
    guard params["mode"].isNull || params["mode"].string.flatMap(Mode.init) != nil else {
      throw RPCError(.invalidParams, "mode: must be live, record or replay")
    }
    mode = params["mode"].string.flatMap(Mode.init)
    wantsDeltas = params["deltas"].bool ?? false
    var request: JSONObject = ["purpose": .string(purpose), "messages": .array(messages)]
    for name in ModelCall.passed where !params[name].isNull { request[name] = params[name] }
    self.request = request
  }

  /// Members that go to the provider as they are.
  private static let passed = ["temperature", "max_tokens", "response_format", "attempt", "seed", "stop", "tools", "tool_choice"]

  private static func key(_ json: JSON) throws(RPCError) -> Key? {
    if json.isNull { return nil }
    guard let round = json["round"].string, let step = json["step"].string, !step.isEmpty, step.unicodeScalars.count <= 200 else {
      throw RPCError(.invalidParams, "journal: round (uuid) and step (1 to 200 characters) are needed")
    }
    return Key(round: round, step: step, attempt: json["attempt"].int ?? 1, call: json["call"].int ?? 1)
  }

  private static func name(_ id: JSON) -> String { id.string ?? id.int.map(String.init) ?? "" }

  /// Tells whether another call under the same key asks for the same.
  var hash: String { SHA256.hex(JSON.object(["alias": .string(alias), "request": .object(request)]).text) }

  /// Tells whether a recorded reply answers this call, whoever gave it and whatever the rows' numbers are; and those numbers.
  var recording: (hash: String, rows: RowNumbers) {
    var request = recordedAs ?? request
    var rows = RowNumbers()
    let messages = (request["messages"]?.array ?? []).map { message -> JSON in
      var object = message.object ?? [:]
      object["content"] = message["content"].string.map { .string(rows.taken(from: $0)) }
      return .object(object)
    }
    request["messages"] = .array(messages)
    return (SHA256.hex(JSON.object(request).text), rows)
  }

  /// Names this call among those of one request.
  var place: String { "\(purpose.prefix(20))\(request["attempt"]?.int ?? 1)" }
}
