import JSONRPC
import PluginKit
import Synchronization

/// How much each model reads and writes at once, as its provider says it; asked now and then.
final class ModelWindows: Sendable {
  private struct Models {
    var windows: [String: Int64] = [:]
    var standard: String?
    var goodUntil: ContinuousClock.Instant
  }

  private static let freshness: Duration = .seconds(600)
  /// After a failure.
  private static let pause: Duration = .seconds(30)
  private static let patience: Duration = .seconds(3)
  private static let providerLimit = 1000

  private let providers = Mutex<[String: Models]>([:])

  /// - Returns: tokens; nil when the provider does not say.
  func window(of target: ModelAliases.Target, _ host: Host) async -> Int64? {
    let known = providers.withLock { $0[target.provider] }.flatMap { $0.goodUntil > .now ? $0 : nil }
    let models: Models
    if let known { models = known } else { models = await ask(target.provider, host) }
    let name = target.model == "default" ? models.standard ?? target.model : target.model
    // A server of one model serves it under any name.
    return models.windows[name] ?? (models.windows.count == 1 ? models.windows.values.first : nil)
  }

  private func ask(_ provider: String, _ host: Host) async -> Models {
    var models = Models(goodUntil: .now + Self.pause)
    if let list = try? await host.call("llm.models@\(provider)", [:], deadline: Self.patience) {
      models.goodUntil = .now + Self.freshness
      models.standard = list["default"].string
      for model in list["models"].array ?? [] {
        if let id = model["id"].string, let context = model["context"].int, context > 0 { models.windows[id] = context }
      }
    }
    providers.withLock { providers in
      if providers.count >= Self.providerLimit { providers = [:] }
      providers[provider] = models
    }
    return models
  }
}
