import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Rows as long as a body may be, and answers longer than one message.
  @Suite struct LargeRowTests {
    @Test func `a row of nearly 10 MiB is stored and read, and a page that fits into no message says so`() async throws {
      try await House.with { house in
        let text = String(repeating: "wörd ", count: (9 << 20) / 6)
        let made = try await house.api.post("/api/v1/projects/", ["name": "long", "description": .string(text)])
        let path = "/api/v1/projects/\(try #require(made["id"].int))/"
        let stored = text.trimmingCharacters(in: .whitespaces)
        #expect(try await house.api.get(path)["description"].string == stored)
        #expect(try await house.api.patch(path, ["description": .string(text + "x")])["description"].string == text + "x")
        _ = try await house.api.post("/api/v1/projects/", ["name": "long too", "description": .string(text)])
        let conversation = try await house.api.post("/api/v1/conversations/", ["project": made["id"]])
        for _ in 0..<2 {
          _ = try await house.api.post(
            "/api/v1/messages/", ["conversation": conversation["id"], "type": "assistant", "content": .string(text)])
        }
        let refused = try await house.api.send(.get, "/api/v1/conversations/\(try #require(conversation["id"].int))/")
        #expect(refused.status == 400 && refused.json["code"] == "answer_too_large", "\(refused.status) \(refused.text.prefix(300))")
        #expect(try await house.host.plugins().allSatisfy { $0.value["restarts"] == 0 })
      }
    }
  }
}
