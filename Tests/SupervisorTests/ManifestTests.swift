import JSONRPC
import Router
import Testing

@testable import Supervisor

/// A manifest with the three required keys and whatever else a test is about.
func manifestText(_ more: String = "") -> String {
  """
  id = "chat"
  version = "1.0.0"
  exec = "hivecore-chat"
  \(more)
  """
}

private func messages(_ text: String) -> [String] {
  do {
    _ = try Manifest(text, file: "plugins.d/30-chat.toml")
    return []
  } catch {
    return error.problems.map(\.description)
  }
}

struct ManifestTests {
  @Test func `reads every key`() throws {
    let manifest = try Manifest(
      """
      id = "llm-openai"
      version = "1.2.3"
      protocol = ">=1, <2"
      exec = "/usr/bin/hivecore-llm-openai"
      sha256 = "\(String(repeating: "Ab", count: 32))"
      enabled = false
      provides = ["llm"]
      requires = ["blobs", "storage"]
      grants = ["system", "jobs"]
      replicas = 2
      concurrency = 8

      [config]
      models = ["gpt-*", "o*"]
      temperature = 1.5
      [config.retry]
      attempts = 3
      [secrets]
      api_key = "env:OPENAI_API_KEY"
      other = "file:/run/secret"
      third = "credential:token"
      [restart]
      backoff = ["50ms", "1m"]
      intensity = 3
      period = "30s"
      [limits]
      memory = "64M"
      cpu = "150%"
      pids = 10
      files = 100
      queue = 7
      frame = "8M"
      [sandbox]
      require = "landlock"
      network = "outbound"
      ports = [5432]
      read = ["/etc/ssl"]
      write = ["$STATE", "$WORKSPACES/x"]
      [health]
      ready = "3s"
      ping = "1s"
      misses = 2
      drain = "4s"
      """, file: "x.toml")
    #expect(manifest.id == "llm-openai")
    #expect(manifest.sha256 == String(repeating: "ab", count: 32))
    #expect(!manifest.enabled)
    #expect(manifest.provides == ["llm"] && manifest.requires == ["blobs", "storage"])
    #expect(manifest.grants == [.system, .jobs])
    #expect(manifest.replicas == 2 && manifest.concurrency == 8)
    #expect(manifest.config == ["models": ["gpt-*", "o*"], "temperature": 1.5, "retry": ["attempts": 3]])
    #expect(
      manifest.secrets == ["api_key": .environment("OPENAI_API_KEY"), "other": .file("/run/secret"), "third": .credential("token")])
    #expect(manifest.restart == RestartPolicy(backoff: .milliseconds(50) ... .seconds(60), intensity: 3, period: .seconds(30)))
    #expect(
      manifest.limits
        == PluginLimits(
          memoryByteCount: 64 << 20, cpuPercent: 150, processCount: 10, fileCount: 100, queueLength: 7,
          frameByteCount: 8 << 20))
    #expect(
      manifest.sandbox
        == SandboxPolicy(require: .landlock, network: .outbound, ports: [5432], read: ["/etc/ssl"], write: ["$STATE", "$WORKSPACES/x"]))
    #expect(manifest.health == HealthPolicy(ready: .seconds(3), ping: .seconds(1), misses: 2, drain: .seconds(4)))
  }

  @Test func `needs only a name, a version and a program`() throws {
    let manifest = try Manifest(manifestText(), file: "x.toml")
    #expect(manifest.enabled && manifest.concurrency == 64 && manifest.replicas == 1)
    #expect(manifest.restart == RestartPolicy())
    #expect(manifest.sandbox.require == .full && manifest.sandbox.network == .none)
    #expect(manifest.protocolRange.contains(1) && !manifest.protocolRange.contains(2))
  }

  @Test(arguments: [
    ("concurency = 8", "plugins.d/30-chat.toml:4: unknown key 'concurency', did you mean 'concurrency'?"),
    ("colour = 8", "plugins.d/30-chat.toml:4: unknown key 'colour'"),
    ("concurrency = \"8\"", "plugins.d/30-chat.toml:4: 'concurrency' must be a whole number from 1 to 4096, not \"8\""),
    (
      "\n[limits]\nmemory = \"256X\"",
      "plugins.d/30-chat.toml:6: 'limits.memory' must be a size like \"256M\" or a number of bytes, not \"256X\""
    ),
    ("[limits]\nframe = \"17M\"", "plugins.d/30-chat.toml:5: 'limits.frame' must be a size from \"64K\" to \"16M\", not \"17M\""),
    ("[limits]\nmemroy = 1", "plugins.d/30-chat.toml:5: unknown key 'limits.memroy', did you mean 'limits.memory'?"),
    ("[sandbox]\nnetwork = \"all\"", "plugins.d/30-chat.toml:5: 'sandbox.network' must be one of none, loopback, outbound, not \"all\""),
    ("[sandbox]\nwrite = [\"$STAT/x\"]", "plugins.d/30-chat.toml:5: unknown variable '$STAT', did you mean '$STATE'?"),
    ("[sandbox]\nread = [\"etc\"]", "plugins.d/30-chat.toml:5: 'sandbox.read' holds \"etc\", which is not an absolute path"),
    ("[health]\nready = 10", "plugins.d/30-chat.toml:5: 'health.ready' must be a duration like \"500ms\", \"10s\" or \"5m\", not 10"),
    ("grants = [\"sytem\"]", "plugins.d/30-chat.toml:4: unknown grant 'sytem', did you mean 'system'?"),
    ("protocol = \"one\"", "plugins.d/30-chat.toml:4: 'protocol' must be bounds like \">=1, <2\", not \"one\""),
    ("limits = 3", "plugins.d/30-chat.toml:4: 'limits' must be a table, not 3"),
    ("provides = [\"LLM\"]", "plugins.d/30-chat.toml:4: 'provides' holds \"LLM\", which is no capability's name"),
  ])
  func `names file, line, key and what was meant`(_ more: String, _ message: String) {
    #expect(messages(manifestText(more)) == [message])
  }

  @Test func `says which keys are missing`() {
    #expect(
      messages("id = \"chat\"") == [
        "plugins.d/30-chat.toml: 'version' is missing", "plugins.d/30-chat.toml: 'exec' is missing",
      ])
  }

  @Test func `gives the line of a syntax error`() {
    let found = messages(manifestText("enabled = tru"))
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("plugins.d/30-chat.toml:4: ") == true)
  }

  @Test func `keeps a secret written by mistake out of the message`() {
    let found = messages(manifestText("[secrets]\nkey = \"sk-123456\""))
    #expect(found == ["plugins.d/30-chat.toml:4: 'secrets.key' must be a reference: env:NAME, file:/path or credential:NAME"])
  }

  @Test func `finds lines past long texts, lists and comments`() {
    let found = messages(
      """
      # id = "x"
      id = "chat"   # a comment
      version = "1"
      provides = [
        "chat", # concurency = 1
        "models",
      ]
      exec = "hivecore-chat"
      [config]
      prompt = \"\"\"
      concurrency = 1
      \"\"\"
      [limits]
      quue = 3
      """)
    #expect(found == ["plugins.d/30-chat.toml:14: unknown key 'limits.quue', did you mean 'limits.queue'?"])
  }

  @Test(arguments: [("env:A", "one"), ("file:/f", "two"), ("credential:c", "three")])
  func `resolves a secret where it is kept`(_ text: String, _ value: String) throws {
    let files = ["/f": "two\n", "/run/c/c": "three"]
    let resolver = SecretResolver(environment: ["A": "one"], credentialsDirectory: "/run/c") { files[$0] }
    let reference = try #require(SecretReference(text))
    #expect(try resolver.resolve(reference) == value)
  }

  @Test(arguments: [
    ("env:B", "environment variable B is not set"), ("file:/g", "/g cannot be read"), ("file:/empty", "/empty is empty"),
    ("credential:d", "/run/c/d cannot be read"),
  ])
  func `says where a missing secret was looked for`(_ text: String, _ message: String) throws {
    let resolver = SecretResolver(environment: [:], credentialsDirectory: "/run/c") { $0 == "/empty" ? "\n" : nil }
    let reference = try #require(SecretReference(text))
    #expect(throws: SecretResolver.Missing(description: message)) { try resolver.resolve(reference) }
  }

  @Test(arguments: ["", "sk-123", "env:", "file:relative", "credential:a/b", "vault:x"])
  func `takes no other reference`(_ text: String) { #expect(SecretReference(text) == nil) }

  @Test(arguments: [(">=1, <2", 1, 2), (">=1", 5, 0), ("=3", 3, 2), ("<3", 2, 3), (">1, <=4", 4, 1)])
  func `knows which versions bounds let in`(_ text: String, _ inside: Int, _ outside: Int) throws {
    let range = try #require(ProtocolRange(text))
    #expect(range.contains(inside) && !range.contains(outside))
  }

  @Test(arguments: ["", ">=2, <2", "~1", "a", "1.5"])
  func `refuses bounds that say nothing`(_ text: String) { #expect(ProtocolRange(text) == nil) }
}
