import Foundation
import JSONRPC
import TestSupport
import Testing

@testable import Selection

@Suite struct AvatarTests {
  @Test(arguments: AvatarStyle.allCases) func `a code is always the same well-formed picture, and another code another one`(
    style: AvatarStyle
  ) async throws {
    let drawing = try #require(AvatarDrawing(style, code: "0123456789abcdef", initials: "李A"))
    #expect(drawing.svg == AvatarDrawing(style, code: "0123456789abcdef", initials: "李A")?.svg)
    #expect(drawing.svg != AvatarDrawing(style, code: "fedcba9876543210", initials: "李A")?.svg)
    let document = try await XMLNode(drawing.svg)
    #expect(document.name == "svg")
  }

  @Test func `what is no code is no picture, and what is no letter is not written`() {
    for code in ["", "0123", "0123456789abcdeg", "+123456789abcdef0", "0123456789abcdef0"] {
      #expect(AvatarDrawing(.pixel, code: code) == nil, "\(code)")
    }
    #expect(AvatarDrawing(.professional, code: "0123456789abcdef", initials: "<&")?.svg.contains("<text") == false)
  }

  @Test func `without a provider every agent has a picture here, and with one the provider's`() async throws {
    let agents: JSON = [["agent_id": "4", "name": "Lin Wei", "description": "Backend"], ["agent_id": 5, "name": "设计师"], [:]]
    let params: JSON = ["body": ["agents": agents, "style": "pixel"], "base_url": "http://h:1"]
    let local = try await PluginHarness(SelectionPlugin.self) { _, _, _ throws(RPCError) in throw RPCError(.unavailable, "none") }
    let answer = try await local.call("selection.generate_avatars", params)["body"]
    #expect(answer["success_count"] == 3)
    #expect(answer["error_count"] == 0)
    let urls = (answer["results"].array ?? []).map { $0["avatar_url"].string ?? "" }
    #expect(urls[0].hasPrefix("http://h:1/api/v1/agents/avatars/pixel/"))
    #expect(urls[0].hasSuffix("/?t=LW"))
    #expect(urls[1].hasSuffix("/?t=%E8%AE%BE"))
    #expect(urls.allSatisfy { $0.count <= 200 })
    #expect(answer["results"].array?.map { $0["agent_id"] } == ["4", "5", .null])
    #expect(try await local.call("selection.generate_avatars", params)["body"] == answer)
    let many = JSON.array(Array(repeating: ["name": "x"], count: 11))
    for (agents, message) in [
      (many, "Ensure this field has no more than 10 elements."), ("x", "Expected a list of items but got type \"str\"."),
    ] as [(JSON, String)] {
      let error = await #expect(throws: RPCError.self) {
        try await local.call("selection.generate_avatars", ["body": ["agents": agents]])
      }
      #expect(error?.data["body"] == ["agents": [.string(message)]])
    }
    try await local.shutdown()

    let remote = try await PluginHarness(SelectionPlugin.self, config: ["avatar_provider": true]) { method, params, _ throws(RPCError) in
      guard method == "images.generate" else { throw RPCError(.unavailable, method) }
      guard params["prompt"].string?.contains("设计师") == true else { throw RPCError(.overloaded, "too busy") }
      return ["url": "https://images.example/1.png"]
    }
    let drawn = try await remote.call("selection.generate_avatars", params)["body"]
    #expect(drawn["success_count"] == 1)
    #expect(drawn["results"][0] == ["agent_id": "4", "avatar_url": .null, "error": "too busy"])
    #expect(drawn["results"][1]["avatar_url"] == "https://images.example/1.png")
    try await remote.shutdown()
  }
}

/// The root of a document that a real parser accepts.
private struct XMLNode {
  let name: String

  init(_ text: String) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).svg")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let script = "import sys,xml.etree.ElementTree as e; print(e.parse(sys.argv[1]).getroot().tag)"
    let result = try await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: ["python3", "-c", script, file.path])
    #expect(result.code == 0, "\(result.errors)")
    name = result.output.split { $0 == "}" || $0.isNewline }.last.map(String.init) ?? ""
  }
}
