import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import NIOCore
import NIOPosix
import UnixTransport

/// The body of a write: read whole within its limits, and known to be JSON.
struct JSONBody: Sendable {
  /// As sent; `{}` when nothing was.
  let bytes: [UInt8]
  let json: JSON

  /// - Throws: 413, 415 or 400.
  static func read(_ exchange: Exchange, limit: Int, timeout: Duration) async throws(Refusal) -> JSONBody {
    let length = exchange.header(.contentLength).flatMap { Int($0) }
    if let length, length > limit { throw .bodyTooLarge(limit: limit) }
    let bytes = try await collect(exchange, limit, timeout)
    guard !bytes.isEmpty else { return JSONBody(bytes: Array("{}".utf8), json: [:]) }
    if let type = exchange.header(.contentType), !isJSON(type) { throw .unsupportedMediaType(type) }
    do {
      return JSONBody(bytes: bytes, json: try JSON(parsing: bytes))
    } catch {
      throw .malformedJSON(error)
    }
  }

  private static func collect(_ exchange: Exchange, _ limit: Int, _ timeout: Duration) async throws(Refusal) -> [UInt8] {
    do {
      let buffer = try await MultiThreadedEventLoopGroup.singleton.any().limiting(timeout) { try await exchange.body.collect(upTo: limit) }
      guard let buffer else { throw Refusal(.requestTimeout, ["detail": "The body took too long.", "code": "body_timeout"]) }
      exchange.bodyWasRead()
      return Array(buffer.readableBytesView)
    } catch let refusal as Refusal {
      throw refusal
    } catch is NIOTooManyBytesError {
      throw .bodyTooLarge(limit: limit)
    } catch {
      throw Refusal(.badRequest, ["detail": "The body could not be read.", "code": "bad_body"])
    }
  }

  private static func isJSON(_ type: String) -> Bool {
    (type.split(separator: ";").first.map(String.init) ?? "").trimmed.lowercased() == "application/json"
  }
}
