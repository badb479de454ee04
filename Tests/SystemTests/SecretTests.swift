import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// Secrets travel over descriptor 3 and nowhere else.
  @Suite struct SecretTests {
    @Test func `a manifest's secret is never in an environment, an argument or a log`() async throws {
      let secret = "sesame-\(UUID().uuidString)"
      let folder = try PluginFolder()
      defer { folder.remove() }
      try folder.edit("30-llm-offline.toml") { $0 + "\n[secrets]\napi_key = \"env:SYSTEM_TEST_SECRET\"\n" }
      try await House.with(plugins: folder, environment: ["SYSTEM_TEST_SECRET": secret, "HIVECORE_LOG_LEVEL": "trace"]) { house in
        let round = try await Round.start(house.api)
        try await round.complete(house.api)
        let children = ProcessTree.descendants(of: house.host.pid)
        #expect(children.count >= 8)
        for child in children {
          let environment = ProcessTree.text("/proc/\(child.pid)/environ") ?? ""
          let arguments = ProcessTree.text("/proc/\(child.pid)/cmdline") ?? ""
          #expect(!environment.contains(secret) && !environment.contains("SYSTEM_TEST_SECRET"), "process \(child.pid)")
          #expect(!arguments.contains(secret), "process \(child.pid)")
        }
        #expect(!(ProcessTree.text("/proc/\(house.host.pid)/cmdline") ?? "").contains(secret))
        #expect(try await house.host.command("status", "--json").contains(secret) == false)
        let log = house.host.logText
        let told = ["llm-offline", secret, try #require(house.api.key)].map(log.contains)
        #expect(told == [true, false, false], "the log tells of the plugin, but neither its secret nor a key")
      }
    }
  }
}
