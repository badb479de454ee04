import Foundation
import JSONRPC
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import TestSupport
import Testing

@testable import Gateway

/// TLS from certificate files, over real sockets and with certificates made by openssl.
@Suite(.timeLimit(.minutes(2))) struct CertificateTests {
  private func with(_ body: (CertificateAuthority, (certificate: String, key: String)) async throws -> Void) async throws {
    let folder = try HostProcess.makeDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let authority = try await CertificateAuthority(in: folder)
    try await body(authority, try await authority.issue("first", serial: 101))
  }

  @Test func `serves over TLS, and calls itself https`() async throws {
    try await with { authority, files async throws in
      let certificate = try ServerCertificate(chainFile: files.certificate, keyFile: files.key)
      try await House.open(config: { $0.certificate = certificate }) { house async throws in
        let client = try await TLSClient.connect(house.probe.port, authority.root)
        #expect(try await client.get("/api/health/").text == #"{"status":"healthy"}"#)
        house.plugins.on("storage.read") { call throws(RPCError) in House.identityRow(call.params) ?? ["count": 21, "rows": []] }
        let page = try await client.get("/api/v1/tasks/", headers: [house.bearer()])
        #expect(page.json["next"].string?.hasPrefix("https://hive.test/api/v1/tasks/") == true)
        try await client.close()
      }
    }
  }

  @Test func `plain HTTP on the port gets no answer`() async throws {
    try await with { _, files async throws in
      let certificate = try ServerCertificate(chainFile: files.certificate, keyFile: files.key)
      try await House.open(config: { $0.certificate = certificate }) { house async throws in
        #expect(try await house.probe.exchange("GET /api/health/ HTTP/1.1\r\nHost: x\r\n\r\n").starts(with: Array("HTTP".utf8)) == false)
      }
    }
  }

  @Test func `a client that does not trust the root is not connected`() async throws {
    try await with { _, files async throws in
      let certificate = try ServerCertificate(chainFile: files.certificate, keyFile: files.key)
      try await House.open(config: { $0.certificate = certificate }) { house async throws in
        await #expect(throws: (any Error).self) {
          let client = try await TLSClient.connect(house.probe.port, nil)
          _ = try await client.get("/api/health/")
        }
      }
    }
  }

  @Test func `a new certificate is for new connections; open ones go on`() async throws {
    try await with { authority, files async throws in
      let certificate = try ServerCertificate(chainFile: files.certificate, keyFile: files.key)
      try await House.open(config: { $0.certificate = certificate }) { house async throws in
        let old = try await TLSClient.connect(house.probe.port, authority.root)
        #expect(try await old.get("/api/health/").status == 200)
        #expect(old.serial == [101])
        let second = try await authority.issue("second", serial: 202)
        try CertificateAuthority.replace(files.certificate, with: second.certificate)
        let mixed = #expect(throws: ServerCertificate.Problem.self) { try certificate.reload() }
        #expect("\(mixed.map { "\($0)" } ?? "")" == "\(files.key): is not the key of the certificate in \(files.certificate)")
        let between = try await TLSClient.connect(house.probe.port, authority.root)
        #expect(between.serial == [101])
        try await between.close()
        try CertificateAuthority.replace(files.key, with: second.key)
        try certificate.reload()
        let new = try await TLSClient.connect(house.probe.port, authority.root)
        #expect(new.serial == [202])
        #expect(try await new.get("/api/health/").status == 200)
        #expect(try await old.get("/api/health/").status == 200)
        try await old.close()
        try await new.close()
      }
    }
  }

  @Test func `files that are no certificate and no key are named`() async throws {
    try await with { authority, files async throws in
      let text = authority.folder.appending(path: "text").path
      try Data("hello".utf8).write(to: URL(filePath: text))
      for (chain, key, named) in [
        (text, files.key, text), (files.certificate, text, text), ("/nonexistent", files.key, "/nonexistent"),
        (files.certificate, "/nonexistent", "/nonexistent"),
      ] {
        let problem = #expect(throws: ServerCertificate.Problem.self) { try ServerCertificate(chainFile: chain, keyFile: key) }
        #expect(problem?.file == named)
      }
    }
  }
}

/// One TLS connection that stays open between requests.
private final class TLSClient: Sendable {
  private let channel: any Channel
  private let incoming: AsyncStream<[UInt8]>
  /// Of the server's certificate.
  let serial: [UInt8]

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<[UInt8]>.Continuation
    private let ready: EventLoopPromise<Void>

    init(_ continuation: AsyncStream<[UInt8]>.Continuation, _ ready: EventLoopPromise<Void>) {
      self.continuation = continuation
      self.ready = ready
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case .handshakeCompleted = event as? TLSUserEvent { ready.succeed() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(Array(buffer: unwrapInboundIn(data))) }

    func channelInactive(context: ChannelHandlerContext) {
      ready.fail(ChannelError.eof)
      continuation.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      ready.fail(error)
      context.close(promise: nil)
    }
  }

  private init(_ channel: any Channel, _ incoming: AsyncStream<[UInt8]>, _ serial: [UInt8]) {
    self.channel = channel
    self.incoming = incoming
    self.serial = serial
  }

  /// - Parameter root: the file to trust; nil = the system's.
  static func connect(_ port: Int, _ root: String?) async throws -> TLSClient {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if let root { configuration.trustRoots = .file(root) }
    let context = try NIOSSLContext(configuration: configuration)
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let ready = loop.makePromise(of: Void.self)
    let (incoming, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    let channel = try await ClientBootstrap(group: loop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let tls = try NIOSSLClientHandler(context: context, serverHostname: nil)
          try channel.pipeline.syncOperations.addHandlers([tls, Collector(continuation, ready)])
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    try await ready.futureResult.get()
    let serial = try await channel.eventLoop.submit {
      try channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).peerCertificate?.serialNumber ?? []
    }.get()
    return TLSClient(channel, incoming, serial)
  }

  func get(_ path: String, headers: [(String, String)] = []) async throws -> HTTPProbe.Answer {
    let fields = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
    try await channel.writeAndFlush(ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: hive.test\r\n\(fields)\r\n"))
    var bytes: [UInt8] = []
    for await chunk in incoming {
      bytes += chunk
      guard let answer = try? HTTPProbe.Answer(parsing: bytes), let length = answer.headers["content-length"].flatMap({ Int($0) }) else {
        continue
      }
      if answer.body.count >= length { return answer }
    }
    return try HTTPProbe.Answer(parsing: bytes)
  }

  func close() async throws { try await channel.close() }
}
