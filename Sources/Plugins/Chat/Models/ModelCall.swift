import Digests
import JSONRPC

/// A `models.complete`, read (docs/PROTOCOL.md, section 11).
struct ModelCall: Sendable {
  /// Where a call stands in a round: the same key is the same call.
  struct Key: Sendable, Equatable {
    let round: String
    let step: String
    let attempt: Int64
    let call: Int64
  }

  let alias: String
  let purpose: String
  let agentID: String
  let agentName: String
  let project: JSON
  let round: JSON
  let key: Key?
  /// What the provider gets, but for its `model`.
  let request: JSONObject

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
    var request: JSONObject = ["purpose": .string(purpose), "messages": .array(messages)]
    for name in ["temperature", "max_tokens", "response_format", "attempt", "seed"] where !params[name].isNull {
      request[name] = params[name]
    }
    self.request = request
  }

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
}
