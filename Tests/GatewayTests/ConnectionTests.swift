import Foundation
import Gateway
import JSONRPC
import Testing

/// Connections that want more than a request is worth.
@Suite struct ConnectionTests {
  private static let head = "POST /api/v1/projects/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"

  private func head(_ house: House, length: Int) -> String {
    let (name, value) = house.bearer()
    return "\(Self.head)\(name): \(value)\r\nContent-Length: \(length)\r\n\r\n"
  }

  @Test func `a body that is announced too long is refused before it comes, and ends the connection`() async throws {
    try await House.open { house in
      let answer = try await HTTPProbe.Answer(parsing: house.probe.exchange(head(house, length: (10 << 20) + 1) + "{"))
      #expect(answer.status == 413)
      #expect(answer.headers["connection"] == "close")
      #expect(answer.json["code"] == "body_too_large")
    }
  }

  @Test func `a body that comes too slowly is given up, and ends the connection`() async throws {
    try await House.open(config: { $0.bodyTimeout = .milliseconds(200) }) { house in
      let answer = try await HTTPProbe.Answer(parsing: house.probe.exchange(head(house, length: 100) + "{"))
      #expect(answer.status == 408)
      #expect(answer.headers["connection"] == "close")
    }
  }

  @Test func `a refused request with a long body ends the connection, with a short one it lives on`() async throws {
    try await House.open { house in
      let long = try await HTTPProbe.Answer(parsing: house.probe.exchange("\(Self.head)Content-Length: 1000000000\r\n\r\n{"))
      #expect(long.status == 401)
      #expect(long.headers["connection"] == "close")
      let two = "\(Self.head)Content-Length: 2\r\n\r\n{}\(Self.head)Connection: close\r\nContent-Length: 2\r\n\r\n{}"
      let text = String(decoding: try await house.probe.exchange(two), as: UTF8.self)
      #expect(text.components(separatedBy: "HTTP/1.1 401").count == 3)
    }
  }

  @Test(arguments: ["", "GET / HTTP/1.1\r\nHost:", "POST /api/v1/auth/token/ HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"])
  func `a connection on which nothing happens is closed`(begun: String) async throws {
    try await House.open(config: { $0.idleTimeout = .seconds(1) }) { house in
      let answer = try await house.probe.exchange(begun)
      #expect(answer.isEmpty)
    }
  }

  @Test func `a head that is too long, or has too many fields, is a bad request`() async throws {
    try await House.open { house in
      let many = (0..<101).map { "H\($0): v\r\n" }.joined()
      for fields in ["X: \(String(repeating: "a", count: 40_000))\r\n", many] {
        let bytes = try await house.probe.exchange("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        #expect(String(decoding: bytes.prefix(12), as: UTF8.self) == "HTTP/1.1 400")
      }
    }
  }
}
