/// What is JSON and no message (docs/PROTOCOL.md, section 2.2). Each frame is sent to a process of its own.
enum EnvelopeChecks {
  static let all: [Check] = [
    Check("messages.version", "2.2", #"ends the connection without "jsonrpc":"2.0""#) { stage in
      try await FrameChecks.refuses([#"{"id":9000,"method":"$/ping"}"#, #"{"jsonrpc":"1.0","id":9000,"method":"$/ping"}"#], stage)
    },
    Check("messages.id", "2.2", "ends the connection at an id that is no integer from 1 to 2^53 − 1") { stage in
      let ids = ["0", "-1", "1.5", #""7""#, "null", "9007199254740992"]
      try await FrameChecks.refuses(ids.map { #"{"jsonrpc":"2.0","id":\#($0),"method":"$/ping"}"# }, stage)
    },
    Check("messages.members", "2.2", "ends the connection at members that are unknown, twice there, or of another type") { stage in
      try await FrameChecks.refuses(
        [
          #"{"jsonrpc":"2.0","id":9000,"method":"$/ping","extra":1}"#, #"{"jsonrpc":"2.0","id":9000,"id":9000,"method":"$/ping"}"#,
          #"{"jsonrpc":"2.0","id":9000,"method":"$/ping","params":[]}"#, #"{"jsonrpc":"2.0","id":9000,"method":"$/ping","meta":7}"#,
          #"{"jsonrpc":"2.0","id":9000,"method":7}"#,
        ], stage)
    },
    Check("messages.kind", "2.2", "ends the connection at what is neither request nor notification nor response") { stage in
      try await FrameChecks.refuses(
        [
          #"{"jsonrpc":"2.0","id":9000}"#, #"{"jsonrpc":"2.0","id":9000,"result":{},"error":{"code":1,"message":"x"}}"#,
          #"{"jsonrpc":"2.0","id":9000,"method":"$/ping","result":{}}"#,
        ], stage)
    },
    Check("messages.stray-answer", "2.2", "ends the connection at an answer to a request it never sent") { stage in
      try await FrameChecks.refuses([#"{"jsonrpc":"2.0","id":9007199254740991,"result":{}}"#], stage)
    },
  ]
}
