import Foundation
import JSONRPC
import NIOCore
import NIOPosix
import PluginKit
import TestSupport
import Testing
import UnixTransport

/// The examples of docs/PROTOCOL.md, which are promises to plugin authors.
private enum ProtocolText {
  static func blocks(_ kind: String) throws -> [[Substring]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/PROTOCOL.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.components(separatedBy: "```\(kind)\n").dropFirst().map { rest in
      (rest.components(separatedBy: "\n```").first ?? "").split(separator: "\n")
    }
  }

  static func bytes(hex: some StringProtocol) throws -> [UInt8] {
    let digits = Array(hex.filter { !$0.isWhitespace })
    try #require(digits.count.isMultiple(of: 2))
    return try stride(from: 0, to: digits.count, by: 2).map { try #require(UInt8(String(digits[$0...$0 + 1]), radix: 16)) }
  }
}

@Suite(.timeLimit(.minutes(1))) struct ProtocolTextTests {
  @Test func `shows a ping as it crosses the socket`() throws {
    let block = try #require(try ProtocolText.blocks("hex").first)
    let expected = MessageHead.request(id: 5, method: "$/ping", meta: nil).frame(Array("{}".utf8))
    #expect(try ProtocolText.bytes(hex: block.joined()) == expected)
  }

  @Test func `shows the conversation that a plugin really has`() async throws {
    let lines = try ProtocolText.blocks("frames").flatMap { $0 }
    #expect(lines.count > 20)
    let (mine, theirs) = try makeSocketPair()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    async let end = PluginRunner<DocumentedEcho>().run(descriptor: theirs, on: loop)
    let host = try await FramePeer.open(mine)
    for line in lines {
      let parts = line.split(separator: " ", maxSplits: 2)
      let frame = try ProtocolText.bytes(hex: parts[1]) + Array(parts[2].utf8)
      try #require(try FrameDecoder(byteLimit: 65_536).next(frame.span) == .body(4..<frame.count), "wrong length: \(line)")
      if parts[0] == ">" {
        try await host.write(frame)
      } else {
        #expect(await host.next() == frame, "expected \(line)")
      }
    }
    #expect(await host.next() == nil)
    #expect(try await end == .shutdown)
  }

  @Test func `shows how broken frames are reported`() async throws {
    let lines = try #require(try ProtocolText.blocks("bad-frames").first)
    #expect(lines.count > 8)
    for line in lines {
      let parts = line.components(separatedBy: " | ")
      let (mine, theirs) = try makeSocketPair()
      let connection = try await Connection.open(descriptor: mine, on: MultiThreadedEventLoopGroup.singleton.next()) {
        TaskServer($0, handle: { _ in .failure(RPCError(.methodNotFound, "")) })
      }
      let peer = try await FramePeer.open(theirs)
      try await peer.write(try ProtocolText.bytes(hex: parts[0]))
      #expect(try await connection.closed.get().description == parts[1])
      #expect(await peer.next() == nil)
    }
  }
}
