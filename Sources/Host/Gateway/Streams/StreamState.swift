import JSONRPC

/// What a stream starts from: the answer of its `state` method (docs/PROTOCOL.md, section 9).
struct StreamState: Sendable {
  /// The data of the first event, `connected`.
  let state: JSON
  /// The number of the last event the state includes; nil = the state does not say.
  let seq: Int64?
  /// Nothing will follow but ``events``.
  let isFinished: Bool
  let events: [EventFrame]
  /// Events after which the stream ends.
  let closeOn: Set<String>
  /// The stored events are told again instead of what follows.
  let replay: EventReplay.Request?

  init(_ json: JSON) {
    state = json["state"]
    seq = json["seq"].int
    isFinished = json["finished"] == true
    events = (json["events"].array ?? []).map { EventFrame($0["event"].string ?? "message", $0["data"]) }
    replay = EventReplay.Request(json["replay"])
    closeOn = Set((json["close_on"].array ?? []).compactMap(\.string))
  }
}
