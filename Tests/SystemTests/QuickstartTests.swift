import Foundation
import TestSupport
import Testing

extension SystemTests {
  /// From a sentence to delivered files, as the README's first command does it.
  @Suite struct QuickstartTests {
    static let texts = [
      Round.bakery,
      "一个面包店的网站，需要营业时间、菜单和联系表单",
    ]

    @Test(arguments: texts) func `delivers files that pass their own checks from an empty directory`(text: String) async throws {
      let data = try HostProcess.makeDirectory()
      defer { try? FileManager.default.removeItem(at: data) }
      let result = try await succeeds(text, data)
      let folder = data.appending(path: "delivered/project-1")
      for name in ["index.html", "README.md", "checks/run.sh"] {
        let file = folder.appending(path: name)
        #expect(((try? Data(contentsOf: file)) ?? Data()).count > 100, "\(name) is missing or too short to be real")
        #expect(result.output.contains(name), "the report leaves \(name) out")
      }
      #expect(try await check(folder, "run").code == 0)
      try firstFileWithinTenSeconds(result.output)
      for plugin in ["storage-sqlite", "projects", "llm-offline", "chat", "selection", "execution", "ingest", "artifacts-files"] {
        #expect(result.output.contains(plugin), "the report leaves \(plugin) out")
      }
      try await everySectionIsChecked(folder)
    }

    @Test func `keeps the first result when run again in the same directory`() async throws {
      let data = try HostProcess.makeDirectory()
      defer { try? FileManager.default.removeItem(at: data) }
      try await succeeds(Self.texts[0], data)
      let first = data.appending(path: "delivered/project-1/index.html")
      let before = try Data(contentsOf: first)
      try await succeeds(Self.texts[1], data)
      #expect(try Data(contentsOf: first) == before)
      #expect(try Data(contentsOf: data.appending(path: "delivered/project-2/index.html")) != before)
    }

    @discardableResult
    private func succeeds(_ text: String, _ data: URL) async throws -> RunningProcess.Result {
      let result = try await RunningProcess.run(
        program: HostProcess.products.appending(path: "hivecore"),
        arguments: ["quickstart", text, "--data", data.path, "--plugins", HostProcess.sources.appending(path: "plugins.d").path])
      try #require(result.code == 0, "exit code \(result.code)\n\(result.errors)\n\(result.output)")
      return result
    }

    private func check(_ folder: URL, _ name: String) async throws -> RunningProcess.Result {
      try await RunningProcess.run(
        program: URL(filePath: "/bin/sh"), arguments: ["-c", "cd \"$1\" && sh checks/\(name).sh", "sh", folder.path])
    }

    private func firstFileWithinTenSeconds(_ output: String) throws {
      let match = try #require(output.firstMatch(of: /First file after ([0-9.]+) s/), "the report says nothing of the first file")
      print("first delivered file after \(match.1) s")
      #expect(try #require(Double(match.1)) < 10)
    }

    /// Empties the page's part of each requirement in turn: exactly then its check must fail.
    private func everySectionIsChecked(_ folder: URL) async throws {
      let page = folder.appending(path: "index.html")
      let whole = try String(contentsOf: page, encoding: .utf8)
      let names = whole.matches(of: /<!-- part:(REQ-[0-9]+) -->/).map { String($0.1) }
      #expect(names.count >= 3, "the text names at least three things")
      for name in names {
        let start = try #require(whole.range(of: "<!-- part:\(name) -->"))
        let end = try #require(whole.range(of: "<!-- /part:\(name) -->"))
        let cut = whole[..<start.upperBound] + "\n" + whole[end.lowerBound...]
        try Data(cut.utf8).write(to: page)
        #expect(try await check(folder, name).code != 0, "the check of \(name) passes without its part")
      }
      try Data(whole.utf8).write(to: page)
      for name in names { #expect(try await check(folder, name).code == 0) }
    }
  }
}
