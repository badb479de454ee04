import AsyncHTTPClient
import Foundation
import TestSupport

/// The time of a call each way, as ratios to a plain HTTP client's in the same run.
enum OverheadTable {
  private static let rounds = 8

  static func print(calls: Int) async throws {
    try await CallRoad.with { road in try await PlainClient.with { http in try await print(calls, road, http) } }
  }

  private static func print(_ calls: Int, _ road: CallRoad, _ http: HTTPClient) async throws {
    let ways: [(name: String, call: @Sendable () async throws -> Void)] = [
      ("plain", { try await PlainClient.ask(road.url, with: http) }), ("provider", road.throughProvider), ("router", road.throughRouter),
    ]
    for parallel in [1, 16, 64] {
      for way in ways { _ = try await ModelBenchmark.times(parallel, count: parallel * 20, way.call) }
      var times: [[Double]] = ways.map { _ in [] }
      // In turns, so that what else the machine does meets all of them.
      for _ in 0..<rounds {
        for (index, way) in ways.enumerated() { times[index] += try await ModelBenchmark.times(parallel, count: calls / rounds, way.call) }
      }
      let marks = times.map { all in
        let sorted = all.sorted()
        return (p50: sorted[sorted.count / 2], p99: sorted[sorted.count * 99 / 100])
      }
      for (way, mark) in zip(ways, marks) {
        let text = String(
          format: "%2d at once, %@: p50 %.2f ms (%.2f x)  p99 %.2f ms (%.2f x)", parallel,
          way.name.padding(toLength: 8, withPad: " ", startingAt: 0), mark.p50, mark.p50 / marks[0].p50, mark.p99, mark.p99 / marks[0].p99)
        Swift.print("overhead: " + text)
      }
    }
  }
}
