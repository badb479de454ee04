import JSONRPC
import Supervisor

/// What the configuration asks of plugins: which run, and with what. It stands above the manifests, because it is closer to the operator.
struct ServiceWishes: Sendable, Equatable {
  /// One plugin that is asked for.
  struct Wish: Sendable, Equatable {
    var plugin: String
    /// The manifest it is made of, when that bears another id.
    var manifest: String
    var config: JSONObject = [:]
    var secrets: [String: SecretReference] = [:]
    /// Paths its sandbox opens for writing.
    var write: [String] = []
    /// Others that provide this are switched off.
    var alone: String?
    /// Who asks, for messages: the key and where it came from.
    var origin: String
  }

  private(set) var wishes: [Wish] = []
  /// `provider/model` of the alias `default`; nil = as the manifest says.
  private(set) var model: String?
  private var modelOrigin = ""
  /// What was set and changes nothing, for the operator.
  private(set) var unused: [String] = []

  /// - Throws: ``HostConfig/Invalid`` that names the key.
  init(_ resolved: ResolvedConfig, data: DataDirectory) throws {
    if let wish = try Self.storage(resolved, data) { wishes.append(wish) }
    if let wish = try Self.bus(resolved) { wishes.append(wish) }
    if let wish = try Self.artifacts(resolved) { wishes.append(wish) }
    try addModels(resolved)
    unused = settingsWithoutService(resolved)
  }

  /// What is set for model services that nobody asks, with the reason.
  private func settingsWithoutService(_ resolved: ResolvedConfig) -> [String] {
    let isOffline = [ModelService.offline, "offline"].contains(resolved.text("llm_provider"))
    return ModelService.all.filter { service in !wishes.contains { $0.plugin == service.plugin } }.flatMap { service in
      let reason =
        if isOffline {
          "LLM_PROVIDER=mock asks no service"
        } else if service.hasOwnKey {
          "\(service.name) has no key, set $\(service.keyName.uppercased())"
        } else {
          "only LLM_PROVIDER=\(service.name) uses it"
        }
      return [service.baseName, service.modelName].filter { !resolved.text($0).isEmpty }.map { key in
        "\(resolved.asker(key)) is set, but has no effect: \(reason)"
      }
    }
  }

  private static func storage(_ resolved: ResolvedConfig, _ data: DataDirectory) throws -> Wish? {
    let url = resolved.text("database_url")
    guard !url.isEmpty else { return nil }
    let origin = resolved.asker("database_url")
    if url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") {
      return Wish(
        plugin: "storage-postgres", manifest: "storage-postgres", secrets: ["url": resolved.secret("database_url")], alone: "storage",
        origin: origin)
    }
    guard url.hasPrefix("sqlite:///"), url.utf8.count > "sqlite:///".utf8.count else {
      throw resolved.invalid("database_url", "must begin with postgres:// or be sqlite:///FILE")
    }
    let name = String(url.dropFirst("sqlite:///".count))
    let path = name.hasPrefix("/") ? name : data.path(name)
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    return Wish(
      plugin: "storage-sqlite", manifest: "storage-sqlite", config: ["path": .string(path)], write: [folder], alone: "storage",
      origin: origin)
  }

  private static func bus(_ resolved: ResolvedConfig) throws -> Wish? {
    let url = resolved.text("redis_url")
    guard !url.isEmpty else { return nil }
    guard url.hasPrefix("redis://") || url.hasPrefix("rediss://") else {
      throw resolved.invalid("redis_url", "must begin with redis:// or rediss://")
    }
    return Wish(
      plugin: "events-redis", manifest: "events-redis", secrets: ["url": resolved.secret("redis_url")], alone: "bus",
      origin: resolved.asker("redis_url"))
  }

  private static func artifacts(_ resolved: ResolvedConfig) throws -> Wish? {
    let endpoint = resolved.text("s3_endpoint")
    guard try resolved.flag("use_aws") || !endpoint.isEmpty else { return nil }
    guard endpoint.isEmpty || endpoint.hasPrefix("http://") || endpoint.hasPrefix("https://") else {
      throw resolved.invalid("s3_endpoint", "must begin with http:// or https://")
    }
    let asker = endpoint.isEmpty ? "use_aws" : "s3_endpoint"
    guard !resolved.text("s3_bucket").isEmpty else {
      throw resolved.invalid("s3_bucket", "is needed, because \(resolved.asker(asker)) asks for S3; there is no default bucket")
    }
    var config: JSONObject = ["region": .string(resolved.text("s3_region")), "bucket": .string(resolved.text("s3_bucket"))]
    for (name, key) in [("endpoint", "s3_endpoint"), ("cdn_domain", "cdn_domain")] where !resolved.text(key).isEmpty {
      config[name] = .string(resolved.text(key))
    }
    var secrets: [String: SecretReference] = [:]
    for (name, key) in [("access_key", "s3_access_key"), ("secret_key", "s3_secret_key"), ("session_token", "s3_session_token")]
    where !resolved.text(key).isEmpty { secrets[name] = resolved.secret(key) }
    return Wish(
      plugin: "artifacts-s3", manifest: "artifacts-s3", config: config, secrets: secrets, alone: "blobs", origin: resolved.asker(asker))
  }

  private mutating func addModels(_ resolved: ResolvedConfig) throws {
    let wanted = resolved.text("llm_provider")
    if wanted == ModelService.offline || wanted == "offline" {
      wishes.append(Wish(plugin: "llm-offline", manifest: "llm-offline", origin: resolved.asker("llm_provider")))
      (model, modelOrigin) = ("llm-offline/offline-1", resolved.asker("llm_provider"))
      return
    }
    guard wanted.isEmpty || ModelService.names.contains(wanted) else {
      throw resolved.invalid("llm_provider", "must be one of \((ModelService.names + [ModelService.offline]).joined(separator: ", "))")
    }
    for service in ModelService.all where service.name == wanted || service.hasOwnKey {
      guard !resolved.text(service.keyName).isEmpty else {
        guard service.name == wanted else { continue }
        throw resolved.invalid("llm_provider", "\(wanted) needs \(service.keyName), or $\(service.keyName.uppercased())")
      }
      let asker = resolved.asker(service.keyName)
      wishes.append(Self.wish(service, resolved, origin: asker))
      if service.name == wanted || (wanted.isEmpty && model == nil) { (model, modelOrigin) = ("\(service.plugin)/default", asker) }
    }
  }

  private static func wish(_ service: ModelService, _ resolved: ResolvedConfig, origin: String) -> Wish {
    var config: JSONObject = ["preset": .string(service.preset)]
    for (name, key) in [("base_url", service.baseName), ("model", service.modelName)] where !resolved.text(key).isEmpty {
      config[name] = .string(resolved.text(key))
    }
    return Wish(
      plugin: service.plugin, manifest: service.manifest, config: config, secrets: ["api_key": resolved.secret(service.keyName)],
      origin: origin)
  }
}

extension ServiceWishes {
  /// The manifests as they run.
  ///
  /// - Parameters:
  ///   - directory: where they were read from, for messages.
  ///   - isInstalled: whether a manifest's program is there.
  /// - Throws: ``ConfigProblems`` for what is asked for and not there: a service that was configured is never left out in silence.
  func applied(
    to manifests: ManifestDirectory, directory: String, isInstalled: (Manifest) -> Bool
  ) throws(ConfigProblems) -> ManifestDirectory {
    var entries = manifests.entries
    var problems: [ConfigProblem] = []
    for wish in wishes {
      guard let base = manifests.entries.first(where: { $0.manifest.id == wish.manifest }) else {
        problems.append(
          ConfigProblem(
            file: directory, line: nil, message: "\(wish.origin) asks for the plugin \(wish.manifest), which has no manifest here"))
        continue
      }
      guard isInstalled(base.manifest) else {
        problems.append(
          ConfigProblem(
            file: base.file, line: nil,
            message: "\(wish.origin) asks for this plugin, but its program \(base.manifest.exec) is not installed"))
        continue
      }
      if let alone = wish.alone { Self.disable(alone, &entries) }
      Self.put(ManifestDirectory.Entry(file: base.file, manifest: Self.manifest(base.manifest, wish)), into: &entries)
    }
    if let model, problems.isEmpty {
      guard let index = entries.firstIndex(where: { $0.manifest.provides.contains("models") }) else {
        throw ConfigProblems([
          ConfigProblem(file: directory, line: nil, message: "\(modelOrigin) names a model, but no manifest here provides 'models'")
        ])
      }
      var manifest = entries[index].manifest
      var aliases = manifest.config["aliases"]?.object ?? [:]
      aliases["default"] = [.string(model)]
      manifest.config["aliases"] = .object(aliases)
      entries[index] = ManifestDirectory.Entry(file: entries[index].file, manifest: manifest)
    }
    guard problems.isEmpty else { throw ConfigProblems(problems) }
    return ManifestDirectory(entries: entries, problems: manifests.problems)
  }

  private static func manifest(_ base: Manifest, _ wish: Wish) -> Manifest {
    var manifest = base
    manifest.id = wish.plugin
    manifest.enabled = true
    manifest.config = manifest.config.merging(wish.config)
    manifest.secrets = wish.plugin == wish.manifest ? manifest.secrets.merging(wish.secrets) { _, wished in wished } : wish.secrets
    for path in wish.write where !manifest.sandbox.write.contains(path) { manifest.sandbox.write.append(path) }
    return manifest
  }

  private static func put(_ entry: ManifestDirectory.Entry, into entries: inout [ManifestDirectory.Entry]) {
    if let index = entries.firstIndex(where: { $0.manifest.id == entry.manifest.id }) {
      entries[index] = entry
    } else {
      let after = entries.lastIndex { $0.file == entry.file } ?? entries.endIndex - 1
      entries.insert(entry, at: after + 1)
    }
  }

  private static func disable(_ capability: String, _ entries: inout [ManifestDirectory.Entry]) {
    for index in entries.indices where entries[index].manifest.provides.contains(capability) {
      var manifest = entries[index].manifest
      manifest.enabled = false
      entries[index] = ManifestDirectory.Entry(file: entries[index].file, manifest: manifest)
    }
  }
}
