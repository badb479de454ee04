import AsyncHTTPClient
import JSONRPC
import NIOCore
import NIOHTTP1

/// HiveCore's own HTTP API as a client sees it.
struct APIClient: Sendable {
  /// An answer that is no success.
  struct Failure: Error, CustomStringConvertible {
    let request: String
    let status: UInt
    let body: String
    var description: String { "\(request) answered \(status): \(body)" }
  }

  private static let bodyLimit = 32 << 20

  let baseURL: String
  private let apiKey: String
  private let http: HTTPClient

  init(baseURL: String, apiKey: String, http: HTTPClient) {
    self.baseURL = baseURL
    self.apiKey = apiKey
    self.http = http
  }

  func get(_ path: String) async throws -> JSON { try parse(try await send(.GET, path, nil, timeout: .seconds(30))) }

  func post(_ path: String, _ body: JSON, timeout: TimeAmount = .seconds(150)) async throws -> JSON {
    try parse(try await send(.POST, path, body, timeout: timeout))
  }

  func patch(_ path: String, _ body: JSON) async throws -> JSON { try parse(try await send(.PATCH, path, body, timeout: .seconds(30))) }

  func bytes(_ path: String) async throws -> [UInt8] { try await send(.GET, path, nil, timeout: .seconds(120)) }

  /// Follows a stream until it ends or `take` has seen enough.
  ///
  /// - Parameter take: false ends the stream.
  func events(_ path: String, after lastID: String?, take: (ServerSentEvent) async throws -> Bool) async throws {
    var request = request(.GET, path)
    if let lastID { request.headers.add(name: "Last-Event-ID", value: lastID) }
    let response = try await http.execute(request, timeout: .hours(1))
    guard response.status == .ok else { throw try await failure(.GET, path, response) }
    var parser = EventStreamParser()
    for try await buffer in response.body {
      for event in parser.feed(buffer.readableBytesView) where try await !take(event) { return }
    }
  }

  private func request(_ method: HTTPMethod, _ path: String) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: baseURL + path)
    request.method = method
    request.headers.add(name: "X-API-Key", value: apiKey)
    return request
  }

  private func send(_ method: HTTPMethod, _ path: String, _ body: JSON?, timeout: TimeAmount) async throws -> [UInt8] {
    var request = request(method, path)
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body.bytes))
    }
    let response = try await http.execute(request, timeout: timeout)
    guard (200..<300).contains(response.status.code) else { throw try await failure(method, path, response) }
    return Array(buffer: try await response.body.collect(upTo: Self.bodyLimit))
  }

  private func failure(_ method: HTTPMethod, _ path: String, _ response: HTTPClientResponse) async throws -> Failure {
    let body = try await response.body.collect(upTo: Self.bodyLimit)
    return Failure(request: "\(method.rawValue) \(path)", status: response.status.code, body: String(String(buffer: body).prefix(500)))
  }

  private func parse(_ bytes: [UInt8]) throws -> JSON { bytes.isEmpty ? .null : try JSON(parsing: bytes) }
}
