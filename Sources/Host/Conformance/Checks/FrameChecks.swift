import JSONRPC

enum FrameChecks {
  static let all: [Check] = [
    Check("frames.fragmented", "2.1", "takes a frame that comes in pieces") { stage in
      try await stage.ready { trial in
        let (id, body) = trial.prepare("$/ping")
        try await trial.write(inPieces: pieces(Trial.frame(body)))
        _ = try await trial.answer(to: id)
      }
    },
    Check("frames.many", "2.1", "takes many frames that come at once") { stage in
      try await stage.ready { trial in
        let requests = (0..<200).map { _ in trial.prepare("$/ping") }
        trial.write(requests.flatMap { Trial.frame($0.body) }, shownAs: "200 times $/ping in one write")
        for request in requests {
          guard case .result = try await trial.answer(to: request.id) else { throw Disproof(expected: "{}", came: "an error") }
        }
      }
    },
    Check("frames.longest", "2.1", "takes frames as long as the limit, before and after the handshake") { stage in
      try await stage.started { trial in
        let first = trial.prepare("$/initialize", .object(trial.initialization()))
        trial.write(frames: padded(first.body, to: Playing.earlyFrameByteLimit))
        _ = try await trial.answer(to: first.id)
        try await trial.raiseFrameLimit()
        _ = try await trial.result("$/describe")
        _ = try await trial.result("$/ready")
        let second = trial.prepare("$/ping")
        trial.write(frames: padded(second.body, to: Playing.frameByteLimit))
        _ = try await trial.answer(to: second.id)
      }
    },
    Check("frames.oversized", "2.1", "ends the connection at a frame over the limit, before and after the handshake") { stage in
      try await stage.started { trial in
        trial.write(header(Playing.earlyFrameByteLimit + 1))
        try await trial.mustHangUp()
      }
      try await stage.ready { trial in
        trial.write(header(Playing.frameByteLimit + 1))
        try await trial.mustHangUp()
      }
    },
    Check("frames.zero", "2.1", "ends the connection at a frame of length zero") { stage in
      try await stage.ready { trial in
        trial.write([0, 0, 0, 0])
        try await trial.mustHangUp()
      }
    },
    Check("frames.garbage", "2.1", "ends the connection at what is no JSON object") { stage in
      try await refuses([#"{"jsonrpc":"2.0","id":9000,"method":"$/ping","params":{"x":NaN}}"#], stage)
      try await refuses(["no", "{no}", "[]", "7", #"{"jsonrpc":"2.0"#, #"{"jsonrpc":"2.0","id":9000,"method":"$/ping"} {}"#], stage)
      try await refuses([Array("\u{feff}".utf8) + Array(ping.utf8)], stage)
    },
    Check("frames.utf8", "2.1", "ends the connection at text that is not Unicode") { stage in
      let invalid: [[UInt8]] = [[0xC0, 0x80], [0xFF], [0xED, 0xA0, 0x80]]
      try await refuses(
        invalid.map { Array(#"{"jsonrpc":"2.0","id":9000,"method":"$/ping","params":{"x":""#.utf8) + $0 + Array(#""}}"#.utf8) }, stage)
      try await refuses([#"{"jsonrpc":"2.0","id":9000,"method":"$/ping","params":{"x":"\ud800"}}"#], stage)
    },
    Check("frames.nested", "2.1", "takes 64 levels of nesting and ends the connection at 65") { stage in
      try await stage.ready { trial in
        // The frame's object is the first level, params the second.
        let (id, body) = trial.prepare("$/ping", ["x": nest(Playing.depthLimit - 2)])
        trial.write(frames: body)
        _ = try await trial.answer(to: id)
        trial.write(frames: trial.prepare("$/ping", ["x": nest(Playing.depthLimit - 1)]).body)
        try await trial.mustHangUp()
      }
    },
    Check("frames.truncated", "2.1", "ends when the connection does, in the middle of a frame") { stage in
      try await stage.ready { trial in
        trial.write(header(100) + Array(#"{"jsonrpc""#.utf8))
        await trial.hangUp()
        try await trial.mustExit()
      }
    },
  ]

  private static let ping = #"{"jsonrpc":"2.0","id":9000,"method":"$/ping"}"#

  /// Each of these frames, sent to a process of its own, ends the connection.
  static func refuses(_ bodies: [String], _ stage: Stage) async throws { try await refuses(bodies.map { Array($0.utf8) }, stage) }

  static func refuses(_ bodies: [[UInt8]], _ stage: Stage) async throws {
    for body in bodies {
      try await stage.ready { trial in
        trial.write(frames: body)
        try await trial.mustHangUp()
      }
    }
  }

  private static func header(_ count: Int) -> [UInt8] { Array(Trial.frame([UInt8](repeating: 0, count: count)).prefix(4)) }

  /// White space inside a body is free.
  private static func padded(_ body: [UInt8], to count: Int) -> [UInt8] {
    body.dropLast() + [UInt8](repeating: UInt8(ascii: " "), count: count - body.count) + [UInt8(ascii: "}")]
  }

  private static func nest(_ depth: Int) -> JSON { (1..<depth).reduce([]) { inner, _ in [inner] } }

  /// The header byte by byte, then the body in three parts.
  private static func pieces(_ frame: [UInt8]) -> [[UInt8]] {
    let body = frame.dropFirst(4)
    let third = body.count / 3
    return frame.prefix(4).map { [$0] } + [
      Array(body.prefix(third)), Array(body.dropFirst(third).prefix(third)), Array(body.dropFirst(2 * third)),
    ]
  }
}
