import Foundation
import JSONRPC

/// The main job over the real HTTP API: a sentence in, files out.
struct QuickstartRun {
  struct Outcome: Sendable {
    var status: String
    var round: String
    var project: Int64
    var requirements: Int
    var passed: Int64
    var failed: Int64
    var tokens: Int64
    var costUSD: Double
    var calls: Int64
    var errorMessage: String
    /// Path and size of every delivered file.
    var files: [(path: String, size: Int64)]
    /// Time to the first delivered file.
    var firstFile: Duration?
  }

  enum Problem: Error, CustomStringConvertible {
    case noRequirements
    case unsafePath(String)

    var description: String {
      switch self {
      case .noRequirements: "nothing to build was found in the text; say what you want in a sentence"
      case .unsafePath(let path): "the delivered path \(path) leads out of its folder"
      }
    }
  }

  private static let nameLimit = 60
  private static let reconnectLimit = 20

  let api: APIClient
  let text: String
  /// Where the delivered files go.
  let folder: String
  let started: ContinuousClock.Instant

  func run(_ display: inout ProgressDisplay) async throws -> Outcome {
    let project = try await api.post("/api/v1/projects/", ["name": .string(projectName)])
    let projectID = project["id"].int ?? 0
    let conversation = try await api.post(
      "/api/v1/conversations/", ["project": project["id"], "title": .string(projectName), "source_type": "no_data"])
    let conversationID = conversation["id"].int ?? 0
    _ = try await api.patch("/api/v1/projects/\(projectID)/", ["main_conversation": conversation["id"]])
    let chat = try await api.post("/api/v1/conversations/\(conversationID)/chat/", ["content": .string(text)])
    let requirements = chat["requirements_created"].array ?? []
    guard !requirements.isEmpty else { throw Problem.noRequirements }
    display.say("agreed on \(requirements.count) requirements:")
    for requirement in requirements {
      display.say("  - \(requirement["content"].string ?? "") (\(requirement["delivery_standards"].array?.count ?? 0) delivery standards)")
    }
    let round = try await api.post("/api/v1/projects/\(projectID)/execute/", ["requirement": ""])
    let roundID = round["execution_round_id"].string ?? ""
    display.say("round \(round["round_number"].int ?? 1) \(roundID)")
    let firstFile = try await follow(roundID, &display)
    return try await outcome(projectID, roundID, requirements.count, firstFile)
  }

  /// One folder a project, so that a second run keeps the first one's files.
  func folder(of outcome: Outcome) -> String { folder(project: outcome.project) }

  private func folder(project: Int64) -> String { "\(folder)/project-\(project)" }

  private var projectName: String {
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
    return String(line.prefix(Self.nameLimit))
  }

  /// Follows the round's events to its end; a broken stream goes on behind the last event seen.
  private func follow(_ round: String, _ display: inout ProgressDisplay) async throws -> Duration? {
    var firstFile: Duration?
    var lastID: String?
    let ends: Set = ["execution_completed", "execution_failed", "execution_cancelled"]
    for attempt in 1...Self.reconnectLimit {
      var ended = false
      do {
        try await api.events("/api/v1/execution/rounds/\(round)/stream/", after: lastID) { event in
          lastID = event.id ?? lastID
          if event.name == "artifact_created", firstFile == nil { firstFile = .now - started }
          display.show(event)
          ended = ends.contains(event.name)
          return !ended
        }
      } catch  where attempt < Self.reconnectLimit {
        display.say("  the event stream broke (\(error)); following on")
        try await Task.sleep(for: .milliseconds(250))
      }
      if ended { return firstFile }
    }
    return firstFile
  }

  private func outcome(_ project: Int64, _ round: String, _ requirements: Int, _ firstFile: Duration?) async throws -> Outcome {
    let detail = try await api.get("/api/v1/execution/rounds/\(round)/")
    let status = try await api.get("/api/v1/execution/rounds/\(round)/status/")
    var files: [(path: String, size: Int64)] = []
    for artifact in try await api.get("/api/v1/execution/rounds/\(round)/artifacts/").array ?? [] {
      files.append((artifact["file_path"].string ?? "", artifact["size_bytes"].int ?? 0))
      try await save(artifact, project: project)
    }
    return Outcome(
      status: detail["status"].string ?? "", round: round, project: project, requirements: requirements,
      passed: detail["passed_requirements"].int ?? 0, failed: detail["failed_requirements"].int ?? 0,
      tokens: status["usage"]["total_tokens"].int ?? 0, costUSD: status["usage"]["total_cost_usd"].double ?? 0,
      calls: status["usage"]["total_llm_calls"].int ?? 0, errorMessage: detail["error_message"].string ?? "", files: files,
      firstFile: firstFile)
  }

  private func save(_ artifact: JSON, project: Int64) async throws {
    let path = artifact["file_path"].string ?? ""
    let parts = path.split(separator: "/")
    guard !parts.isEmpty, !parts.contains(".."), !path.contains("\0") else { throw Problem.unsafePath(path) }
    let target = URL(filePath: folder(project: project)).appending(path: parts.joined(separator: "/"))
    try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    let content = try await api.get("/api/v1/execution/artifacts/\(artifact["id"].string ?? "")/content/")
    let text = content["content"].string ?? ""
    let data = content["encoding"] == "base64" ? Data(base64Encoded: text) ?? Data() : Data(text.utf8)
    try data.write(to: target)
  }
}
