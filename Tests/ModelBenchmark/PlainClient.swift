import AsyncHTTPClient
import JSONRPC
import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport

/// What the others are measured by: a plain HTTP client that asks the same of the same server and reads the answer.
enum PlainClient {
  static func with(_ body: (HTTPClient) async throws -> Void) async throws {
    let http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    do {
      try await body(http)
    } catch {
      try await http.shutdown()
      throw error
    }
    try await http.shutdown()
  }

  static func ask(_ url: String, with http: HTTPClient) async throws {
    var request = HTTPClientRequest(url: url + "/chat/completions")
    request.method = .POST
    request.body = .bytes(CallRoad.params)
    let response = try await http.execute(request, timeout: .seconds(30))
    _ = try JSON(parsing: Array(buffer: try await response.body.collect(upTo: 1 << 20)))
  }
}
