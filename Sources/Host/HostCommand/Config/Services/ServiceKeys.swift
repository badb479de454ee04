/// The keys that name outside services; each switches on the plugin that speaks with it (DECISIONS 13).
enum ServiceKeys {
  static let all: [ConfigKey] =
    [
      .text(
        "database_url", "DATABASE_URL", "", secret: true, "postgres://USER:PASSWORD@HOST/DB or sqlite:///FILE; empty = as plugins.d says"),
      .text("redis_url", "REDIS_URL", "", secret: true, "redis:// or rediss://: carries events between hosts; empty = within this one"),
      .text("use_aws", "USE_AWS", "", "true: large artifacts go to S3"),
      .text("s3_endpoint", "S3_ENDPOINT", "", "an S3 server that is not Amazon's; large artifacts go there"),
      .text("s3_region", "AWS_S3_REGION", "ap-northeast-1", "of the bucket"),
      .text("s3_bucket", "AWS_S3_BUCKET", "", "for large artifacts"),
      .text("s3_access_key", "AWS_ACCESS_KEY_ID", "", "who we are to S3"),
      .text("s3_secret_key", "AWS_SECRET_ACCESS_KEY", "", secret: true, "proves it"),
      .text("s3_session_token", "AWS_SESSION_TOKEN", "", secret: true, "of temporary credentials"),
      .text("cdn_domain", "AWS_CLOUDFRONT_DOMAIN", "", "serves the bucket to browsers"),
      .text("llm_provider", "LLM_PROVIDER", "", "\(ModelService.names.joined(separator: ", ")) or mock; empty = the first that has a key"),
    ] + ModelService.all.flatMap(\.keys)
}

/// A service that serves language models, and the plugin that speaks its language.
struct ModelService: Sendable {
  let name: String
  /// The id of the manifest its plugin is made of.
  let manifest: String
  let preset: String
  /// What its own variables begin with.
  let prefix: String
  /// What the variable of its key begins with.
  let keyPrefix: String

  /// In the order in which a key makes one the default.
  static let all: [ModelService] = [
    ModelService("zhipu", "llm-openai"), ModelService("siliconflow", "llm-openai"), ModelService("openai", "llm-openai"),
    ModelService("anthropic", "llm-anthropic"), ModelService("deepseek", "llm-openai"), ModelService("dashscope", "llm-openai"),
    ModelService("zhipu-anthropic", "llm-anthropic", preset: "zhipu", keyPrefix: "ZHIPU"),
  ]

  static let names = all.map(\.name)
  static let offline = "mock"

  private init(_ name: String, _ manifest: String, preset: String? = nil, keyPrefix: String? = nil) {
    self.name = name
    self.manifest = manifest
    self.preset = preset ?? name
    prefix = name.uppercased().replacing("-", with: "_")
    self.keyPrefix = keyPrefix ?? prefix
  }

  /// The id of its plugin: several services may share one program.
  var plugin: String { manifest == "llm-\(name)" ? manifest : "llm-\(name)" }

  /// Whether its key is its own: one with a borrowed key runs only when it is asked for.
  var hasOwnKey: Bool { keyPrefix == prefix }

  var keyName: String { keyPrefix.lowercased() + "_api_key" }
  var baseName: String { prefix.lowercased() + "_base_url" }
  var modelName: String { prefix.lowercased() + "_model" }

  var keys: [ConfigKey] {
    let key = ConfigKey.text(keyName, keyName.uppercased(), "", secret: true, "switches \(name) on")
    return (hasOwnKey ? [key] : []) + [
      .text(baseName, baseName.uppercased(), "", "address of \(name); empty = its own"),
      .text(modelName, modelName.uppercased(), "", "default model of \(name); empty = the plugin's"),
    ]
  }
}
