import Foundation
import JSONRPC
import TestSupport

@testable import LLMOffline

/// Asks the model as its callers do, and plays the executor: files in a folder, checks run by `sh`.
struct House {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "offline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  static func ask(_ purpose: String, _ prose: String = "", _ input: JSON) -> String {
    let content = "\(prose)\n\n```json\n\(input.text)\n```"
    return OfflineModel.reply(
      to: Prompt([
        "purpose": .string(purpose), "messages": [["role": "system", "content": "…"], ["role": "user", "content": .string(content)]],
      ]))
  }

  static func object(_ purpose: String, _ prose: String = "", _ input: JSON) throws -> JSON {
    try JSON(parsing: ask(purpose, prose, input))
  }

  static func requirements(of text: String, known: JSON = []) throws -> [JSON] {
    try object("extract", "user: \(text)", ["requirements": known])["requirements"].array ?? []
  }

  /// A spec as execution makes it from what chat stored.
  static func spec(of text: String) throws -> JSON {
    let stored = try requirements(of: text).enumerated().map { index, item -> JSON in
      let standards = (item["delivery_standards"].array ?? []).enumerated().map {
        ["id": .int($0.offset + 100 * index), "content": $0.element] as JSON
      }
      return ["id": .int(index + 1), "content": item["content"], "delivery_standards": .array(standards)]
    }
    return try object("spec", "", ["requirement": "", "requirements": .array(stored)])
  }

  /// The blueprint, then every file of it, written into the folder; gives the criteria back.
  @discardableResult
  func build(_ requirement: JSON, of spec: JSON) throws -> [JSON] {
    let criteria = try House.object(
      "criteria", "",
      ["requirement": requirement, "requirements": spec["requirements"], "delivery_standards": requirement["delivery_standards"]])[
        "criteria"]
    let blueprint = try House.object(
      "blueprint", "", ["requirement": requirement, "requirements": spec["requirements"], "criteria": criteria, "files": []])
    for file in blueprint["files_plan"].array ?? [] {
      let path = file["path"].string ?? ""
      let input: JSON = [
        "file": file, "requirement": requirement, "requirements": spec["requirements"], "criteria": criteria,
        "current": JSON(try? read(path)),
        "title": spec["title"], "language": spec["language"],
      ]
      try write(path, House.object("file", "", input)["content"].string ?? "")
    }
    return criteria.array ?? []
  }

  func read(_ path: String) throws -> String { try String(contentsOf: folder.appending(path: path), encoding: .utf8) }

  func write(_ path: String, _ text: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  @discardableResult
  func run(_ arguments: String...) async throws -> (status: Int32, output: String) {
    let result = try await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: arguments, directory: folder)
    return (result.code, result.output + result.errors)
  }

  /// Takes one requirement's section out of the page.
  func removeSection(_ id: String) throws {
    var kept: [Substring] = []
    var inside = false
    for line in try read("index.html").split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("<section"), line.contains("data-requirement=\"\(id)\"") { inside = true }
      if !inside { kept.append(line) }
      if line.hasPrefix("</section>") { inside = false }
    }
    try write("index.html", kept.joined(separator: "\n"))
  }
}
