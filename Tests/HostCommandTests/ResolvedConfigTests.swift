import Foundation
import Supervisor
import Testing

@testable import HostCommand

@Suite struct ResolvedConfigTests {
  private func file(_ text: String) throws -> String {
    let url = FileManager.default.temporaryDirectory.appending(path: "hivecore-\(UUID().uuidString).toml")
    try Data(text.utf8).write(to: url)
    return url.path
  }

  @Test func `a flag stands above the environment, that above the file, that above the default`() throws {
    let path = try file("listen = \"127.0.0.1:1\"\nlog_level = \"debug\"\nenvironment = \"development\"")
    let resolved = try ResolvedConfig(
      file: path, isRequired: true, environment: ["HIVECORE_LISTEN": "127.0.0.1:2", "HIVECORE_LOG_LEVEL": "error"],
      flags: ["listen": "127.0.0.1:3"])
    #expect(resolved.text("listen") == "127.0.0.1:3")
    #expect(resolved.value("listen").origin == .flag("--listen"))
    #expect(resolved.text("log_level") == "error")
    #expect(resolved.value("log_level").origin == .environment("HIVECORE_LOG_LEVEL"))
    #expect(resolved.value("environment").origin == .file(path))
    #expect(resolved.value("plugins").origin == .defaultValue)
  }

  @Test func `a list comes from the environment with commas`() throws {
    let resolved = try ResolvedConfig(
      file: "/nonexistent", isRequired: false, environment: ["CORS_ALLOWED_ORIGINS": "https://a, https://b,"], flags: [:])
    #expect(resolved.list("cors_allowed_origins") == ["https://a", "https://b"])
  }

  @Test(arguments: [
    ("lisen = \"x\"", 1, "did you mean 'listen'"), ("\nlisten = 5", 2, "must be a text"), ("listen = ", 1, "end-of-file"),
    ("[listen]\nport = 1", 1, "must be a text"),
  ])
  func `a mistake is named with its line`(text: String, line: Int, words: String) throws {
    let path = try file(text)
    do {
      _ = try ResolvedConfig(file: path, isRequired: true, environment: [:], flags: [:])
      Issue.record("accepted \(text)")
    } catch {
      #expect("\(error)".contains("\(path):\(line)"))
      #expect("\(error)".contains(words))
    }
  }

  @Test func `a file that was asked for must be there`() {
    #expect(throws: ConfigProblem.self) { try ResolvedConfig(file: "/nonexistent", isRequired: true, environment: [:], flags: [:]) }
  }

  @Test(arguments: [
    (["listen": "8000"], "HOST:PORT"), (["listen": "127.0.0.1:70000"], "HOST:PORT"), (["environment": "test"], "production or development"),
    (["log_level": "loud"], "must be one of"), (["secret_key": "short"], "at least 32 bytes"),
  ])
  func `a wrong value names its key and where it came from`(flags: [String: String], words: String) throws {
    let resolved = try ResolvedConfig(file: "/nonexistent", isRequired: false, environment: [:], flags: flags)
    let error = #expect(throws: HostConfig.Invalid.self) {
      try HostConfig(
        resolved, data: DataDirectory("/tmp/x"), configDirectory: "/tmp", installation: Installation(program: "/usr/bin/hivecore"))
    }
    #expect(error?.description.contains("flag --\(flags.keys.first ?? "")") == true)
    #expect(error?.description.contains(words) == true)
  }
}
