import Foundation
import JSONRPC
import Supervisor
import Testing

@testable import HostCommand

/// What variables like DATABASE_URL do to the manifests (DECISIONS 13).
@Suite struct ServiceWishesTests {
  private static let manifests = [
    "storage-sqlite": #"provides = ["storage"]"#, "storage-postgres": "enabled = false\nprovides = [\"storage\"]",
    "events-redis": "enabled = false\nprovides = [\"bus\"]", "artifacts-files": #"provides = ["blobs"]"#,
    "artifacts-s3": "enabled = false\nprovides = [\"blobs\"]", "llm-offline": "enabled = false\nprovides = [\"llm\"]",
    "llm-openai": "enabled = false\nprovides = [\"llm\"]\n[secrets]\napi_key = \"env:OPENAI_API_KEY\"",
    "llm-anthropic": "enabled = false\nprovides = [\"llm\"]",
    "chat":
      "provides = [\"models\", \"chat\"]\n[config]\nattempts = 3\n[config.aliases]\ncode = [\"x/y\"]\ndefault = [\"llm-offline/offline-1\"]",
  ]

  private func applied(
    _ environment: [String: String], without missing: Set<String> = [], uninstalled: Set<String> = [], file: String = ""
  ) throws -> [String: Manifest] {
    let entries = try Self.manifests.filter { !missing.contains($0.key) }.sorted { $0.key < $1.key }.map { id, text in
      let path = "/plugins.d/\(id).toml"
      return ManifestDirectory.Entry(
        file: path, manifest: try Manifest("id = \"\(id)\"\nversion = \"1.0.0\"\nexec = \"hivecore-\(id)\"\n\(text)", file: path))
    }
    let url = FileManager.default.temporaryDirectory.appending(path: "hivecore-\(UUID().uuidString).toml")
    try Data(file.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let resolved = try ResolvedConfig(file: url.path, isRequired: true, environment: environment, flags: [:])
    let wishes = try ServiceWishes(resolved, data: DataDirectory("/data"))
    let directory = try wishes.applied(to: ManifestDirectory(entries: entries, problems: []), directory: "/plugins.d") {
      !uninstalled.contains($0.id)
    }
    return Dictionary(directory.entries.map { ($0.manifest.id, $0.manifest) }) { first, _ in first }
  }

  private func complaint(_ environment: [String: String], without: Set<String> = [], uninstalled: Set<String> = []) -> String {
    do {
      _ = try applied(environment, without: without, uninstalled: uninstalled)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func `without variables the manifests stay as they are`() throws {
    let manifests = try applied([:])
    #expect(manifests.values.filter(\.enabled).map(\.id).sorted() == ["artifacts-files", "chat", "storage-sqlite"])
    #expect(manifests["chat"]?.config["aliases"]?["default"] == ["llm-offline/offline-1"])
  }

  @Test(arguments: ["postgres://u:p@db/hive", "postgresql:///hive"])
  func `a PostgreSQL address makes it the only storage`(_ url: String) throws {
    let manifests = try applied(["DATABASE_URL": url])
    #expect(manifests["storage-postgres"]?.enabled == true)
    #expect(manifests["storage-postgres"]?.secrets["url"] == .environment("DATABASE_URL"))
    #expect(manifests["storage-sqlite"]?.enabled == false)
  }

  @Test(arguments: [("sqlite:///hive.db", "/data/hive.db", "/data"), ("sqlite:////srv/x/hive.db", "/srv/x/hive.db", "/srv/x")])
  func `an SQLite address names the file`(_ url: String, _ path: String, _ folder: String) throws {
    let storage = try applied(["DATABASE_URL": url])["storage-sqlite"]
    #expect(storage?.enabled == true && storage?.config["path"] == .string(path) && storage?.sandbox.write == [folder])
  }

  @Test func `Redis and S3 switch their plugins on, and the one they replace off`() throws {
    let redis = try applied(["REDIS_URL": "rediss://r:6380"])["events-redis"]
    #expect(redis?.enabled == true && redis?.secrets["url"] == .environment("REDIS_URL"))
    for asked in [["USE_AWS": "true"], ["S3_ENDPOINT": "http://127.0.0.1:8333"]] {
      let keys = [
        "AWS_S3_BUCKET": "b", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_CLOUDFRONT_DOMAIN": "cdn.example",
      ]
      let manifests = try applied(asked.merging(keys) { first, _ in first })
      let store = manifests["artifacts-s3"]
      #expect(store?.enabled == true && manifests["artifacts-files"]?.enabled == false)
      #expect(store?.config["bucket"] == "b" && store?.config["region"] == "ap-northeast-1" && store?.config["cdn_domain"] == "cdn.example")
      #expect(store?.config["endpoint"]?.string == asked["S3_ENDPOINT"])
      #expect(store?.secrets["secret_key"] == .environment("AWS_SECRET_ACCESS_KEY"))
    }
    #expect(try applied(["USE_AWS": "false"])["artifacts-files"]?.enabled == true)
  }

  @Test func `a key switches its provider on and makes it the default`() throws {
    let manifests = try applied(["ZHIPU_API_KEY": "z", "ZHIPU_MODEL": "glm-4-air", "OPENAI_API_KEY": "o"])
    let zhipu = manifests["llm-zhipu"]
    #expect(zhipu?.exec == "hivecore-llm-openai" && zhipu?.enabled == true)
    #expect(zhipu?.config["preset"] == "zhipu" && zhipu?.config["model"] == "glm-4-air" && zhipu?.config["base_url"] == nil)
    #expect(zhipu?.secrets == ["api_key": .environment("ZHIPU_API_KEY")])
    #expect(manifests["llm-openai"]?.enabled == true)
    #expect(manifests["llm-openai"]?.secrets == ["api_key": .environment("OPENAI_API_KEY")])
    #expect(manifests["chat"]?.config["aliases"]?["default"] == ["llm-zhipu/default"])
    #expect(manifests["chat"]?.config["aliases"]?["code"] == ["x/y"] && manifests["chat"]?.config["attempts"] == 3)
  }

  @Test(arguments: [
    (["LLM_PROVIDER": "openai", "OPENAI_API_KEY": "o", "ZHIPU_API_KEY": "z"], "llm-openai/default", "llm-openai"),
    (["LLM_PROVIDER": "zhipu-anthropic", "ZHIPU_API_KEY": "z"], "llm-zhipu-anthropic/default", "llm-zhipu-anthropic"),
    (["SILICONFLOW_API_KEY": "s"], "llm-siliconflow/default", "llm-siliconflow"),
    (["LLM_PROVIDER": "mock", "OPENAI_API_KEY": "o"], "llm-offline/offline-1", "llm-offline"),
  ])
  func `the provider may be chosen`(_ environment: [String: String], _ model: String, _ plugin: String) throws {
    let manifests = try applied(environment)
    #expect(manifests["chat"]?.config["aliases"]?["default"] == [.string(model)])
    #expect(manifests[plugin]?.enabled == true)
    #expect((manifests["llm-openai"]?.enabled == true) == (plugin == "llm-openai"))
  }

  @Test func `a key in the file is handed over, and the environment stands above it`() throws {
    let file = "openai_api_key = \"from the file\"\nredis_url = \"redis://file\""
    #expect(try applied([:], file: file)["llm-openai"]?.secrets == ["api_key": .given("from the file")])
    #expect(try applied(["OPENAI_API_KEY": "e"], file: file)["llm-openai"]?.secrets == ["api_key": .environment("OPENAI_API_KEY")])
    #expect(try applied([:], file: file)["events-redis"]?.secrets["url"] == .given("redis://file"))
  }

  @Test func `what is asked for and not there is said, not left out`() {
    let missing = complaint(["DATABASE_URL": "postgres://db/x"], without: ["storage-postgres"])
    #expect(missing == "/plugins.d: $DATABASE_URL asks for the plugin storage-postgres, which has no manifest here")
    let absent = complaint(["REDIS_URL": "redis://r"], uninstalled: ["events-redis"])
    #expect(
      absent == "/plugins.d/events-redis.toml: $REDIS_URL asks for this plugin, but its program hivecore-events-redis is not installed")
    #expect(complaint(["ZHIPU_API_KEY": "z"], without: ["llm-openai"]).contains("$ZHIPU_API_KEY asks for the plugin llm-openai"))
    #expect(complaint(["LLM_PROVIDER": "mock"], without: ["chat"]).contains("no manifest here provides 'models'"))
  }

  @Test(arguments: [
    (["DATABASE_URL": "mysql://x"], "database_url (environment DATABASE_URL): must begin with postgres://"),
    (["DATABASE_URL": "sqlite:///"], "sqlite:///FILE"), (["REDIS_URL": "r:1"], "must begin with redis://"),
    (["USE_AWS": "true"], "s3_bucket (default): is needed, because $USE_AWS asks for S3"),
    (["USE_AWS": "perhaps"], "must be true or false"),
    (["S3_ENDPOINT": "s3:1", "AWS_S3_BUCKET": "b"], "must begin with http://"), (["LLM_PROVIDER": "chatgpt"], "must be one of zhipu"),
    (["LLM_PROVIDER": "openai"], "openai needs openai_api_key, or $OPENAI_API_KEY"),
  ])
  func `a wrong value names its key and where it came from`(_ environment: [String: String], _ words: String) {
    let text = complaint(environment)
    #expect(text.contains(words), "\(text)")
    #expect(!text.contains("secret"))
  }

  @Test(arguments: [
    (["ZHIPU_MODEL": "glm-4"], ["$ZHIPU_MODEL is set, but has no effect: zhipu has no key, set $ZHIPU_API_KEY"]),
    (["ZHIPU_MODEL": "glm-4", "ZHIPU_API_KEY": "z"], []),
    (
      ["ZHIPU_ANTHROPIC_MODEL": "m", "ZHIPU_API_KEY": "z"],
      ["$ZHIPU_ANTHROPIC_MODEL is set, but has no effect: only LLM_PROVIDER=zhipu-anthropic uses it"]
    ),
    (["ZHIPU_ANTHROPIC_MODEL": "m", "ZHIPU_API_KEY": "z", "LLM_PROVIDER": "zhipu-anthropic"], []),
    (
      ["OPENAI_BASE_URL": "http://x", "OPENAI_MODEL": "m", "OPENAI_API_KEY": "o", "LLM_PROVIDER": "mock"],
      ["BASE_URL", "MODEL"].map { "$OPENAI_\($0) is set, but has no effect: LLM_PROVIDER=mock asks no service" }
    ),
  ])
  func `a setting of a service that is not used is named`(_ environment: [String: String], _ warnings: [String]) throws {
    let resolved = try ResolvedConfig(file: "/nowhere/hivecore.toml", isRequired: false, environment: environment, flags: [:])
    #expect(try ServiceWishes(resolved, data: DataDirectory("/data")).unused == warnings)
  }

  @Test func `no secret is shown`() {
    for key in ServiceKeys.all
    where ["key", "token", "database_url", "redis_url"].contains(where: key.name.hasSuffix) && key.name != "s3_access_key" {
      #expect(key.isSecret, "\(key.name)")
    }
    #expect(Set(ConfigKey.all.map(\.name)).count == ConfigKey.all.count)
    #expect(Set(ConfigKey.all.compactMap(\.variable)).count == ConfigKey.all.count(where: { $0.variable != nil }))
  }
}
