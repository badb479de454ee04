import AsyncHTTPClient
import FoundationEssentials
package import JSONRPC
import ModelKit
package import NIOCore
import NIOHTTP1
import NIOSSL

/// Speaks JSON over HTTP with one provider's server: verified TLS, a proxy when told, limits on everything.
package final class UpstreamClient: Sendable {
  package let config: UpstreamConfig
  private let http: HTTPClient
  private let credentials: HTTPHeaders

  /// The largest answer, in bytes.
  private static let replyByteLimit = 16 << 20

  /// - Parameters:
  ///   - credentials: headers that hold secrets.
  ///   - eventLoopGroup: outlives the client.
  package init(_ config: UpstreamConfig, credentials: [(String, String)], on eventLoopGroup: any EventLoopGroup) throws {
    self.config = config
    self.credentials = HTTPHeaders(credentials)
    var http = HTTPClient.Configuration()
    http.redirectConfiguration = .disallow
    http.timeout = .init(connect: .nanoseconds(config.connect.wholeNanoseconds))
    http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = config.connections
    // The router decides what is tried again.
    http.connectionPool.retryConnectionEstablishment = false
    if let proxy = config.proxy, let host = proxy.host() {
      let login = proxy.user().map { HTTPClient.Authorization.basic(username: $0, password: proxy.password() ?? "") }
      http.proxy = .server(host: host, port: proxy.port ?? 3128, authorization: login)
    }
    if let file = config.authorityFile {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
      http.tlsConfiguration = tls
    }
    self.http = HTTPClient(eventLoopGroup: eventLoopGroup, configuration: http)
  }

  deinit { http.shutdown().whenComplete { _ in } }

  /// An answer that is there as a whole.
  package struct Reply: Sendable {
    package let status: Int
    let headers: HTTPHeaders
    package let body: [UInt8]

    package var isSuccess: Bool { (200..<300).contains(status) }
    /// Null when the body is no JSON.
    package var json: JSON { (try? JSON(parsing: body)) ?? .null }
  }

  /// Sends a request and waits for the whole answer.
  ///
  /// - Parameters:
  ///   - path: behind the base address, with its slash.
  ///   - body: nil = GET.
  /// - Throws: `llm_timeout`, `llm_overloaded` (not reached, broken off), `llm_malformed` (too long).
  package func send(_ path: String, _ body: JSONObject?) async throws -> Reply {
    try await watched { dog in
      let response = try await self.begin(path, body, accept: "application/json", dog)
      return try await self.collect(response, dog)
    }
  }

  /// Sends a request whose answer is a stream of events.
  ///
  /// - Parameter take: gets each event; false ends the stream early and the connection with it.
  /// - Returns: nil when there was a stream; the answer when the server refused.
  package func stream(
    _ path: String, _ body: JSONObject, take: @escaping @Sendable (UpstreamEvent) async throws -> Bool
  ) async throws -> Reply? {
    try await watched { dog in
      let response = try await self.begin(path, body, accept: "text/event-stream", dog)
      let isStream = response.headers.first(name: "content-type")?.lowercased().hasPrefix("text/event-stream") ?? false
      guard response.status == .ok, isStream else { return try await self.collect(response, dog) }
      var reader = UpstreamEventReader()
      for try await buffer in response.body {
        dog.feed(self.config.idle, "no part of the answer came for \(self.config.idle)")
        for event in try reader.take(buffer.readableBytesView) where try await !take(event) { return nil }
        // While the taker waits for its own reader nobody can say that the server is slow.
        dog.feed(self.config.idle, "no part of the answer came for \(self.config.idle)")
      }
      return nil
    }
  }

  private func begin(_ path: String, _ body: JSONObject?, accept: String, _ dog: Watchdog) async throws -> HTTPClientResponse {
    var request = HTTPClientRequest(url: config.baseURL + path)
    request.headers = credentials
    request.headers.add(name: "Accept", value: accept)
    request.headers.add(name: "User-Agent", value: "hivecore/1.0")
    for (name, value) in config.headers { request.headers.replaceOrAdd(name: name, value: value) }
    if let body {
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(JSON.object(body).bytes)
    }
    let response = try await http.execute(request, deadline: .distantFuture)
    dog.feed(config.idle, "no part of the answer came for \(config.idle)")
    return response
  }

  private func collect(_ response: HTTPClientResponse, _ dog: Watchdog) async throws -> Reply {
    var bytes: [UInt8] = []
    for try await buffer in response.body {
      dog.feed(config.idle, "no part of the answer came for \(config.idle)")
      guard bytes.count + buffer.readableBytes <= Self.replyByteLimit else {
        throw ModelFailure.malformed("the answer is longer than \(Self.replyByteLimit) bytes")
      }
      bytes += buffer.readableBytesView
    }
    return Reply(status: Int(response.status.code), headers: response.headers, body: bytes)
  }

  private func watched<T: Sendable>(_ body: @escaping @Sendable (Watchdog) async throws -> T) async throws -> T {
    do {
      return try await Watchdog.guarding(
        config.firstByte + config.connect, "no answer began within \(config.firstByte)", shortest: config.idle,
        on: http.eventLoopGroup.any(), body)
    } catch {
      try Task.checkCancellation()
      throw failure(error)
    }
  }

  /// What a broken connection means.
  private func failure(_ error: any Error) -> any Error {
    switch error {
    case is RPCError: error
    case is UpstreamEventReader.Failure: ModelFailure.malformed("an event of the stream is too long")
    case let error as HTTPClientError where [.connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout].contains(error):
      ModelFailure.error(.timeout, "\(host) did not accept a connection within \(config.connect)")
    case let error as HTTPClientError where error == .remoteConnectionClosed:
      ModelFailure.error(.overloaded, "\(host) closed the connection in the middle of its answer")
    case is NIOSSLError: ModelFailure.error(.other, "no trusted TLS connection to \(host): \(redacted("\(error)"))")
    default: ModelFailure.error(.overloaded, "\(host) cannot be reached: \(redacted(ConnectionTrouble.words(error)))")
    }
  }

  private var host: String { URL(string: config.baseURL)?.host() ?? config.baseURL }

  /// A server's words without our secrets, in one line of bounded length.
  package func redacted(_ text: String) -> String {
    let clean = config.secrets.reduce(text) { $0.replacing($1, with: "…") }
    return String(clean.map { $0.isNewline ? " " : $0 }.prefix(300))
  }
}

extension Duration {
  fileprivate var wholeNanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
