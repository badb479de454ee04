import AsyncHTTPClient
import Foundation
import JSONRPC
import NIOCore
import NIOHTTP1
import Testing

/// HiveCore's HTTP API as a client of one tenant calls it.
struct API: Sendable {
  enum Method: String {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  struct Answer: Sendable {
    let status: Int
    let body: [UInt8]

    /// Null when the body is no JSON.
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// One for the whole process; it is never shut down.
  static let http: HTTPClient = {
    var configuration = HTTPClient.Configuration()
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    // A host that is gone is an error at once, not after the request's whole time.
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  private static let bodyLimit = 32 << 20

  let baseURL: String
  /// Nil = anonymous.
  var key: String?

  func send(
    _ method: Method, _ path: String, _ body: JSON? = nil, headers: [String: String] = [:], timeout: TimeAmount = .seconds(60)
  ) async throws -> Answer {
    var request = request(method, path, headers)
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body.bytes))
    }
    let response = try await Self.http.execute(request, timeout: timeout)
    let bytes = Array(buffer: try await response.body.collect(upTo: Self.bodyLimit))
    return Answer(status: Int(response.status.code), body: bytes)
  }

  /// What a route answers; anything but the status is the test's failure.
  func get(_ path: String, status: Int = 200, _ location: SourceLocation = #_sourceLocation) async throws -> JSON {
    try await expect(.get, path, nil, status, location)
  }

  func post(_ path: String, _ body: JSON = [:], status: Int = 201, _ location: SourceLocation = #_sourceLocation) async throws -> JSON {
    try await expect(.post, path, body, status, location)
  }

  func patch(_ path: String, _ body: JSON, status: Int = 200, _ location: SourceLocation = #_sourceLocation) async throws -> JSON {
    try await expect(.patch, path, body, status, location)
  }

  private func expect(_ method: Method, _ path: String, _ body: JSON?, _ status: Int, _ location: SourceLocation) async throws -> JSON {
    let answer = try await send(method, path, body)
    try #require(answer.status == status, "\(method.rawValue) \(path) answered \(answer.status): \(answer.text)", sourceLocation: location)
    return answer.json
  }

  private func request(_ method: Method, _ path: String, _ headers: [String: String]) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: baseURL + path)
    request.method = HTTPMethod(rawValue: method.rawValue)
    request.headers = HTTPHeaders(headers.map { ($0.key, $0.value) })
    if let key { request.headers.add(name: "X-API-Key", value: key) }
    return request
  }
}

extension API {
  struct Event: Sendable, Equatable {
    var name = "message"
    var id: String?
    var data = JSON.null
  }

  /// Reads a stream of events until it ends or `take` has seen enough.
  ///
  /// - Parameters:
  ///   - body: makes it a POST.
  ///   - take: false ends the stream.
  func events(
    _ path: String, headers: [String: String] = [:], body: JSON? = nil, take: (Event) async throws -> Bool
  ) async throws {
    var request = request(body == nil ? .get : .post, path, headers)
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: body.bytes))
    }
    let response = try await Self.http.execute(request, timeout: .minutes(10))
    try #require(response.status == .ok, "\(path) answered \(response.status)")
    #expect(response.headers.first(name: "Content-Type")?.hasPrefix("text/event-stream") == true)
    var pending = ""
    for try await buffer in response.body {
      pending += String(buffer: buffer)
      while let end = pending.range(of: "\n\n") {
        let frame = pending[..<end.lowerBound]
        pending = String(pending[end.upperBound...])
        if let event = Self.event(frame), try await !take(event) { return }
      }
    }
  }

  /// - Returns: nil for a frame without data: a comment or the time to wait.
  private static func event(_ frame: Substring) -> Event? {
    var event = Event()
    var hasData = false
    for line in frame.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].trimmingPrefix(" ")
      switch line[..<colon] {
      case "event": event.name = String(value)
      case "id": event.id = String(value)
      case "data":
        event.data = (try? JSON(parsing: String(value))) ?? .null
        hasData = true
      default: break
      }
    }
    return hasData ? event : nil
  }
}
