import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import NIOCore

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
      let buffer = try await withTimeout(timeout) { try await exchange.body.collect(upTo: limit) }
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

/// The operation's result, or nil when time ran out first.
func withTimeout<T: Sendable>(_ timeout: Duration, _ operation: @escaping @Sendable () async throws -> T) async throws -> T? {
  try await withThrowingTaskGroup(of: T?.self) { group in
    group.addTask { try await operation() }
    group.addTask {
      try await Task.sleep(for: timeout)
      return nil
    }
    defer { group.cancelAll() }
    return try await group.next() ?? nil
  }
}
