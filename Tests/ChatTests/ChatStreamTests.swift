import Foundation
import JSONRPC
import ModelKit
import PluginKit
import PluginProtocol
import TestSupport
import Testing

@testable import Chat

/// The event stream of a turn, over real sockets and real storage. Source: contract http.md, section 10.5.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ChatStreamTests {
  private static let answer =
    "Noted: a menu.\n\n```json\n{\"requirements\":[{\"content\":\"A menu\",\"delivery_standards\":[\"five items\"]}]}\n```"

  struct Event: Equatable {
    let name: String
    let data: JSON
  }

  /// The events of a stream; comments are left out.
  static func events(_ bytes: [UInt8]) throws -> [Event] {
    try String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n\n").filter { $0.hasPrefix("event: ") }.map { frame in
      let lines = frame.split(separator: "\n").map(String.init)
      return Event(name: String(lines[0].dropFirst(7)), data: try JSON(parsing: String(lines[1].dropFirst(6))))
    }
  }

  private static func body(_ id: JSON, _ content: String) -> JSON { ["path": ["id": id], "body": ["content": .string(content)]] }

  @Test func `tells a turn and ends with what the other route answers`() async throws {
    let house = try await RouterHouse(limit: 0) { _, _ throws(RPCError) in RouterHouse.reply(Self.answer) }
    let chat = try await house.chat()
    let id = try await house.conversation()
    let (_, bytes) = try await chat.stream("chat.stream", Self.body(id, "A page"), tenant: RouterHouse.tenant)
    let events = try Self.events(bytes)
    #expect(events.map(\.name).filter { $0 != "requirement_token" } == ["token", "requirement_start", "requirement_end", "done"])
    #expect(events[0].data == ["content": "Noted: a menu."])
    let done = try #require(events.last?.data)
    #expect(done["assistant_message"]["content"] == "Noted: a menu.")
    #expect(done["requirements_created"][0]["content"] == "A menu" && done["requirements_updated"] == [])
    #expect(try await house.rows("message").map { $0["content"] } == ["A page", "Noted: a menu."])
    try await chat.shutdown()
    try await house.close()
  }

  @Test func `a request that is wrong is refused and no stream begins`() async throws {
    let house = try await RouterHouse(limit: 0) { _, _ throws(RPCError) in RouterHouse.reply(Self.answer) }
    let chat = try await house.chat()
    for (body, status) in [(Self.body(99, "x"), 404), (Self.body(try await house.conversation(), " "), 400)] {
      let error = await #expect(throws: RPCError.self) { _ = try await chat.stream("chat.stream", body, tenant: RouterHouse.tenant) }
      #expect(error?.data["status"] == .int(status))
    }
    try await chat.shutdown()
    try await house.close()
  }

  @Test func `a model that fails ends the stream with an error and leaves the conversation as it was`() async throws {
    let house = try await RouterHouse(limit: 0) { params, _ throws(RPCError) in
      if params["messages"].text.contains("fail") { throw .application("llm_auth", status: 502, "bad key") }
      if params["messages"].text.contains("gone") { throw RPCError(.unavailable, "nobody") }
      return RouterHouse.reply(Self.answer)
    }
    let chat = try await house.chat()
    let id = try await house.conversation()
    for (content, code) in [("fail", "llm_error"), ("gone", "llm_unavailable")] {
      let (_, bytes) = try await chat.stream("chat.stream", Self.body(id, content), tenant: RouterHouse.tenant)
      let events = try Self.events(bytes)
      #expect(events.map(\.name) == ["error"])
      #expect(events[0].data["code"].string == code && events[0].data["error"].string?.isEmpty == false)
    }
    #expect(try await house.rows("message").isEmpty)
    let (_, bytes) = try await chat.stream("chat.stream", Self.body(id, "now"), tenant: RouterHouse.tenant)
    #expect(try Self.events(bytes).last?.name == "done")
    #expect(try await house.rows("message").count == 2)
    try await chat.shutdown()
    try await house.close()
  }

  @Test func `a client that goes away stops the model, and nothing is stored`() async throws {
    let house = try await RouterHouse(limit: 0) { params, _ throws(RPCError) in
      guard params["messages"].text.contains("slow") else { return RouterHouse.reply(Self.answer) }
      try await RouterHouse.hang()
      return RouterHouse.reply(Self.answer)
    }
    let chat = try await house.chat()
    let id = try await house.conversation()
    let error = await #expect(throws: RPCError.self) {
      _ = try await chat.call("chat.stream", Self.body(id, "slow"), tenant: RouterHouse.tenant, deadline: .milliseconds(500))
    }
    #expect(error?.code == .deadline)
    _ = try await chat.call("chat.send", Self.body(id, "quick"), tenant: RouterHouse.tenant)
    #expect(try await house.rows("message").map { $0["content"] } == ["quick", "Noted: a menu."])
    try await chat.shutdown()
    try await house.close()
  }

  private func requirements(of conversation: JSON, in house: RouterHouse) async throws -> [String] {
    try await house.rows("requirement", filter: [.eq("conversation", conversation)]).map { row in
      "\(row["content"].text) \((row["delivery_standards"].array ?? []).map { $0["content"].text })"
    }
  }

  @Test func `a recorded conversation plays again without a model, to the same rows`() async throws {
    let second =
      "Better.\n```json\n{\"requirements\":[{\"id\":ID,\"content\":\"A long menu\",\"delivery_standards\":[\"ten items\"]},{\"content\":\"A map\"}]}\n```"
    let house = try await RouterHouse(limit: 0) { params, provider throws(RPCError) in
      if provider == "llm-down" { throw RPCError(.unavailable, "the network is off") }
      let prompt = params["messages"].array?.last?["content"].string ?? ""
      guard prompt.hasPrefix("Two") else { return RouterHouse.reply(Self.answer) }
      let id = prompt.firstMatch(of: /"id":(\d+)/).map { String($0.1) } ?? "0"
      return RouterHouse.reply(second.replacing("ID", with: id))
    }
    func tell(_ config: JSONObject) async throws -> (rows: [String], conversation: JSON) {
      let chat = try await house.chat(config)
      let id = try await house.conversation()
      for content in ["One", "Two"] { _ = try await chat.call("chat.send", Self.body(id, content), tenant: RouterHouse.tenant) }
      var rows = try await requirements(of: id, in: house)
      _ = try await chat.call("chat.extract", ["path": ["id": id], "body": [:]], tenant: RouterHouse.tenant)
      rows += try await requirements(of: id, in: house)
      rows += try await house.rows("message", filter: [.eq("conversation", id)]).map { "\($0["type"].text) \($0["content"].text)" }
      try await chat.shutdown()
      return (rows, id)
    }
    let recorded = try await tell(["mode": "record"])
    let usage = try await house.rows("usage_record").count
    let played = try await tell(["mode": "replay", "aliases": ["default": "llm-down/x"]])
    #expect(played.rows == recorded.rows)
    #expect(played.rows.count == 7)
    #expect(try await house.rows("usage_record").count == usage)
    let chat = try await house.chat(["mode": "replay"])
    let error = await #expect(throws: RPCError.self) {
      _ = try await chat.call("chat.send", Self.body(played.conversation, "Three"), tenant: RouterHouse.tenant)
    }
    #expect(error?.data["status"] == 502)
    try await chat.shutdown()
    try await house.close()
  }
}
