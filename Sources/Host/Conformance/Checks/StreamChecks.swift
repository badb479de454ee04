import JSONRPC

/// Streams beside requests (docs/PROTOCOL.md, section 4), with a call of the capability's own or the one that `--stream` or `--upload` names.
enum StreamChecks {
  static let all: [Check] = [
    Check("streams.credit", "4", "sends at most 1 MiB ahead of the credit, in chunks of at most 64 KiB, and the result last") { stage in
      try await stage.streaming { trial, id in
        try await trial.window(of: id)
        // What comes too much is a fault, and a fault fails whatever waits.
        try await trial.settles()
        try await trial.download(id)
        guard case .result = try await trial.answer(to: id) else { throw Disproof(expected: "a result", came: "an error") }
        try await trial.pings()
      }
    },
    Check("streams.cancel", "4", "ends a stream whose request is cancelled, also while it waits for credit") { stage in
      try await stage.streaming { trial, id in
        try await trial.window(of: id)
        trial.notify("$/cancel", ["id": .int(id)])
        try await trial.isOver(id)
        try await trial.pings()
      }
    },
    Check("streams.upload", "4", "gives credit for what it consumes, and answers at the stream's end") { stage in
      guard let upload = stage.uploadCall else {
        throw NotApplicable(reason: "no call is known to take a stream: name one with --upload")
      }
      try await stage.ready { trial in
        let id = trial.request(upload.method, .object(upload.params.merging(["stream": true])), meta: stage.meta())
        try await trial.upload([UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20), to: id)
        guard case .result = try await trial.answer(to: id) else { throw Disproof(expected: "a result", came: "an error") }
        try await trial.pings()
      }
    },
  ]
}

extension Stage {
  /// A process that serves, and a request in progress whose result is streamed.
  fileprivate func streaming(_ body: (Trial, _ id: Int64) async throws -> Void) async throws {
    let isBlob = candidate.stream == nil && provides("blobs")
    guard let call = candidate.stream ?? (isBlob ? SampleCall("blobs.get", ["key": "stream"]) : nil) else {
      throw NotApplicable(reason: "no call is known to stream its result: name one with --stream")
    }
    try await ready { trial in
      if isBlob { try await trial.put("stream", Blob.bytes(3 << 20)) }
      try await body(trial, trial.request(call.method, .object(call.params), meta: meta()))
    }
  }

  fileprivate var uploadCall: SampleCall? {
    candidate.upload ?? (provides("blobs") ? SampleCall("blobs.put", ["key": "upload", "content_type": "text/plain"]) : nil)
  }
}

extension Trial {
  /// Waits until as much has come as may without credit.
  fileprivate func window(of id: Int64) async throws {
    let isShort = try await expect("\(Playing.windowByteCount) bytes of a stream, or the result") { state -> Bool? in
      if state.replies[id] != nil { return true }
      return state.streams[id]?.bytes.count ?? 0 >= Playing.windowByteCount ? false : nil
    }
    if isShort { throw NotApplicable(reason: "the stream is shorter than the window of 1 MiB") }
  }

  /// Gives credit for a result's stream as it comes, until the answer.
  func download(_ id: Int64) async throws {
    while true {
      let (count, credit) = try await expect("more of the stream, or the result") { state -> (Int, Int)? in
        let stream = state.streams[id] ?? .init()
        return state.replies[id] != nil ? (0, 0) : stream.bytes.count > stream.credit ? (stream.bytes.count, stream.credit) : nil
      }
      guard count > 0 else { return }
      transcript.change { $0.streams[id]?.credit = count }
      notify("$/credit", ["id": .int(id), "side": "result", "bytes": .int(count - credit)])
    }
  }

  /// Sends a stream of params, never further ahead of the credit than the window.
  func upload(_ bytes: [UInt8], to id: Int64) async throws {
    var sent = 0
    while sent < bytes.count {
      let count = min(Playing.chunkByteLimit, bytes.count - sent)
      let room = sent + count - Playing.windowByteCount
      let isOver = try await expect("credit for what was sent") { state -> Bool? in
        if state.replies[id] != nil { return true }
        return state.uploads[id]?.credit ?? 0 >= room ? false : nil
      }
      if isOver { return }
      sent += count
      transcript.change { [sent] in $0.uploads[id, default: .init()].sent = sent }
      notify("$/chunk", ["id": .int(id), "side": "params", "data": .string(Base64.text(bytes[sent - count..<sent]))])
    }
    notify("$/chunk", ["id": .int(id), "side": "params", "end": true])
  }
}
