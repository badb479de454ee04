import JSONRPC

/// What the names `default`, `chat`, `design`, `code` and `qa` stand for: a model of a provider, and others to fall back on.
struct ModelAliases: Sendable {
  /// A model of one provider of the capability `llm`.
  struct Target: Sendable, Equatable {
    let provider: String
    let model: String

    /// - Parameter text: `provider/model`; the model may hold further slashes.
    init?(_ text: String) {
      let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
      provider = String(parts[0])
      model = String(parts[1])
    }
  }

  static let offline = "llm-offline/offline-1"
  private var chains: [String: [Target]] = [:]

  /// - Parameter config: alias → `provider/model`, or a list of them in the order they are tried.
  /// - Throws: ``ConfigMistake`` that names the alias.
  init(_ config: JSONObject) throws(ConfigMistake) {
    for (alias, value) in config.members {
      let texts = value.string.map { [$0] } ?? (value.array ?? []).map { $0.string ?? "" }
      let targets = texts.compactMap(Target.init)
      guard !targets.isEmpty, targets.count == texts.count, targets.count <= 8 else {
        throw ConfigMistake(description: "aliases.\(alias): must be \"provider/model\" or a list of 1 to 8 of them")
      }
      chains[alias] = targets
    }
  }

  /// What these entries alone say of an alias: its own, else their default; nil = nothing.
  func own(_ alias: String) -> [Target]? { chains[alias] ?? chains["default"] }

  /// All aliases that have an entry of their own, and `default`.
  var names: [String] { Set(chains.keys).union(["default"]).sorted() }

  /// The targets of an alias in the order they are tried; an alias without entry is `default`, and that the offline model.
  func targets(_ alias: String) -> [Target] {
    own(alias) ?? Target(ModelAliases.offline).map { [$0] } ?? []
  }
}

/// What is wrong with the plugin's `[config]`, for the operator.
struct ConfigMistake: Error, Equatable {
  let description: String
}
