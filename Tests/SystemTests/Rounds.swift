import Foundation
import JSONRPC
import TestSupport
import Testing

/// A round of a project whose requirements were agreed in a conversation.
struct Round: Sendable {
  static let bakery = "A landing page for a bakery with opening hours, a menu and a contact form"

  let project: Int64
  let conversation: Int64
  let id: String

  /// Agrees on requirements by chat and starts a round.
  static func start(_ api: API, text: String = bakery, options: JSONObject = [:]) async throws -> Round {
    let project = try await api.post("/api/v1/projects/", ["name": "Bakery"])["id"]
    let conversation = try await api.post("/api/v1/conversations/", ["project": project, "title": "Bakery", "source_type": "no_data"])["id"]
    let number = try #require(project.int)
    _ = try await api.patch("/api/v1/projects/\(number)/", ["main_conversation": conversation])
    let talk = try #require(conversation.int)
    let chat = try await api.post("/api/v1/conversations/\(talk)/chat/", ["content": .string(text)])
    try #require(chat["requirements_created"].array?.isEmpty == false)
    var body = options
    body["requirement"] = ""
    let started = try await api.post("/api/v1/projects/\(number)/execute/", .object(body), status: 202)
    return Round(project: number, conversation: talk, id: try #require(started["execution_round_id"].string))
  }

  private static let ends: Set = ["completed", "failed", "cancelled"]

  /// The round's status now; nil while it cannot be told, because a plugin that has to is away.
  func status(_ api: API) async throws -> String? {
    let answer = try await api.send(.get, "/api/v1/execution/rounds/\(id)/status/")
    return answer.status == 200 ? answer.json["status"].string : nil
  }

  func isRunning(_ api: API) async throws -> Bool { try await status(api).map { !Self.ends.contains($0) } ?? true }

  /// Waits for the end and expects success.
  func complete(_ api: API, within limit: Duration = .seconds(120), _ location: SourceLocation = #_sourceLocation) async throws {
    let end = try await eventually("the round to end", within: limit) {
      try await status(api).flatMap { Self.ends.contains($0) ? $0 : nil }
    }
    let detail = try await api.get("/api/v1/execution/rounds/\(id)/")
    #expect(end == "completed", "\(detail["error_message"].string ?? "")", sourceLocation: location)
    #expect(detail["failed_requirements"] == 0, sourceLocation: location)
  }

  /// What was delivered: content by path.
  func files(_ api: API) async throws -> [String: String] {
    var files: [String: String] = [:]
    for artifact in try await api.get("/api/v1/execution/rounds/\(id)/artifacts/").array ?? [] {
      let content = try await api.get("/api/v1/execution/artifacts/\(try #require(artifact["id"].string))/content/")
      let text: String = try #require(content["content"].string)
      files[try #require(artifact["file_path"].string)] = text
    }
    return files
  }
}

extension API {
  /// Every row of a paginated list.
  func rows(_ path: String) async throws -> [JSON] {
    var rows: [JSON] = []
    var page = 1
    while true {
      let answer = try await get(path + (path.contains("?") ? "&" : "?") + "page_size=100&page=\(page)")
      rows += try #require(answer["results"].array)
      if answer["next"].isNull { return rows }
      page += 1
    }
  }
}
