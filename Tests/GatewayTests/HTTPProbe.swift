import JSONRPC
import NIOCore
import NIOPosix

/// A plain HTTP/1.1 client that shows what really came over the wire: no redirects followed, nothing decoded but chunks.
struct HTTPProbe: Sendable {
  let port: Int

  struct Answer: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
  }

  func send(_ method: String, _ path: String, headers: [(String, String)] = [], body: String? = nil) async throws -> Answer {
    var head = "\(method) \(path) HTTP/1.1\r\nHost: hive.test\r\nConnection: close\r\n"
    var fields = headers
    if let body {
      fields.append(("Content-Length", "\(body.utf8.count)"))
      if !headers.contains(where: { $0.0.lowercased() == "content-type" }) { fields.append(("Content-Type", "application/json")) }
    }
    for (name, value) in fields { head += "\(name): \(value)\r\n" }
    return try Answer(parsing: await exchange(head + "\r\n" + (body ?? "")))
  }

  /// Sends bytes and reads until the server closes.
  func exchange(_ text: String) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    try await open(text) { chunk in
      bytes += chunk
      return true
    }
    return bytes
  }

  /// Sends bytes and hands over what comes until `take` says no, or the server closes.
  func open(_ text: String, _ take: ([UInt8]) async throws -> Bool) async throws {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
      }
    try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: text))
      for try await buffer in inbound where try await !take(Array(buffer.readableBytesView)) { break }
    }
  }
}

extension HTTPProbe.Answer {
  struct Malformed: Error { let text: String }

  init(parsing bytes: [UInt8]) throws {
    let mark = Array("\r\n\r\n".utf8)
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else {
      throw Malformed(text: String(decoding: bytes, as: UTF8.self))
    }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw Malformed(text: String(decoding: bytes, as: UTF8.self))
    }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    let rest = Array(bytes[(end + 4)...])
    self.status = status
    self.headers = headers
    body = headers["transfer-encoding"] == "chunked" ? HTTPProbe.Answer.dechunked(rest) : rest
  }

  static func dechunked(_ bytes: [UInt8]) -> [UInt8] {
    var rest = bytes[...]
    var body: [UInt8] = []
    while let lineEnd = rest.firstIndex(of: 0x0D) {
      guard let count = Int(String(decoding: rest[..<lineEnd], as: UTF8.self), radix: 16), count > 0 else { return body }
      let start = lineEnd + 2
      guard rest.endIndex >= start + count else { return body + rest[start...] }
      body += rest[start..<start + count]
      rest = rest[(start + count)...].dropFirst(2)
    }
    return body
  }
}
