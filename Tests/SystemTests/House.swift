import Foundation
import JSONRPC
import TestSupport
import Testing

/// All system tests, one after the other: each runs a whole host, and load on one must not be another's time-out.
@Suite(.serialized) enum SystemTests {}

/// A running host with all its plugins, and a tenant who calls it.
struct House: Sendable {
  let host: HostProcess
  let api: API
  /// UUID.
  let tenant: String

  /// Runs a host beside the body, and stops it and removes its data when the body ends.
  static func with(
    plugins: PluginFolder? = nil, environment: [String: String] = [:], unready: Set<String> = [],
    _ body: (House) async throws -> Void
  ) async throws {
    let house = try await open(plugins: plugins, environment: environment, unready: unready)
    do {
      try await body(house)
    } catch {
      print(house.host.logText.suffix(8_000))
      await house.host.stop()
      throw error
    }
    await house.host.stop()
  }

  /// Starts a host and waits for its plugins.
  ///
  /// - Parameter unready: plugins that are not meant to get ready.
  static func open(
    data: URL? = nil, plugins: PluginFolder? = nil, environment: [String: String] = [:], unready: Set<String> = []
  ) async throws -> House {
    let host = try await HostProcess.start(data: data, plugins: plugins?.url, environment: environment)
    try await host.settled(without: unready)
    let made = try await makeTenant("tests", on: host)
    return House(host: host, api: API(baseURL: host.baseURL, key: made.key), tenant: made.id)
  }

  /// Makes a tenant without limits.
  static func makeTenant(_ slug: String, on host: HostProcess) async throws -> (id: String, key: String) {
    let text = try await host.command(
      "tenant", "create", "--name", slug, "--slug", slug, "--max-projects", "0", "--max-agents", "0", "--max-tokens", "0",
      "--json")
    let made = try JSON(parsing: text)
    return (try #require(made["id"].string), try #require(made["api_key"].string))
  }
}

extension HostProcess {
  /// Waits until every plugin serves.
  func settled(without unready: Set<String> = []) async throws {
    try await eventually("every plugin to get ready", within: .seconds(60)) {
      let waiting = try await plugins().filter { !unready.contains($0.key) && $0.value["state"] != "ready" }
      return waiting.isEmpty ? true : nil
    }
  }

  /// The processes of the plugins by plugin.
  func plugin(_ id: String) async throws -> JSON { try #require(try await plugins()[id], "there is no plugin \(id)") }
}

/// A copy of the manifests that a test may change.
struct PluginFolder {
  let url: URL

  init() throws {
    url = try HostProcess.makeDirectory().appending(path: "plugins.d")
    try FileManager.default.copyItem(at: HostProcess.sources.appending(path: "plugins.d"), to: url)
  }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: url.appending(path: name)) }

  /// Changes one manifest's text.
  func edit(_ name: String, _ change: (String) -> String) throws {
    let text = try String(contentsOf: url.appending(path: name), encoding: .utf8)
    try write(name, change(text))
  }

  /// Switches a plugin off.
  func disable(_ name: String) throws { try edit(name) { "enabled = false\n" + $0 } }

  /// Scripts the offline model (docs/OFFLINE.md, section 3).
  func script(_ rules: JSON) throws {
    try write("scenario.json", JSON.object(["rules": rules]).text)
    try edit("30-llm-offline.toml") { text in
      text.replacing("[config]", with: "[config]\nscenario = \"\(path("scenario.json"))\"").replacing(
        "read = []", with: "read = [\"\(url.path)\"]")
    }
  }

  func remove() { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }
}
