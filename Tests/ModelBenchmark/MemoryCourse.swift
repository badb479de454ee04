import Foundation
import TestSupport

/// What router and provider hold in the course of many calls.
enum MemoryCourse {
  /// What a process may hold at the end beyond its least in the first half, in megabytes.
  private static let growthLimit = 2.0

  static func isFlat(calls: Int) async throws -> Bool {
    try await CallRoad.with(limit: 1_000_000_000_000) { road in
      var seen: [(chat: Double, provider: Double)] = []
      for part in 1...10 {
        _ = try await ModelBenchmark.times(32, count: calls / 20, road.throughRouter)
        _ = try await ModelBenchmark.times(32, count: calls / 20, road.inPieces)
        let now = (chat: try road.chat.privateMegabytes(), provider: try road.provider.privateMegabytes())
        print(String(format: "memory: after %6d calls  chat %5.1f MB  llm-openai %5.1f MB", calls / 10 * part, now.chat, now.provider))
        seen.append(now)
      }
      let (chat, provider) = (growth(seen.map(\.chat)), growth(seen.map(\.provider)))
      print(
        String(format: "memory: gained since the first half: chat %.1f MB, llm-openai %.1f MB; limit %.1f", chat, provider, growthLimit))
      return chat <= growthLimit && provider <= growthLimit
    }
  }

  private static func growth(_ megabytes: [Double]) -> Double {
    (megabytes.last ?? 0) - (megabytes.prefix(megabytes.count / 2).min() ?? 0)
  }
}
