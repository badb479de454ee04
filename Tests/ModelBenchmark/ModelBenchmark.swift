import Foundation

/// What router and provider add to a call of a model, and whether their memory stays flat. See scripts/bench.
///
/// `ModelBenchmark overhead [CALLS]` prints each way's times as ratios to a plain HTTP client's; `ModelBenchmark memory [CALLS]` prints what
/// both processes hold in the course of so many calls, half of them in pieces, and ends with 1 when it grows.
@main
struct ModelBenchmark {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    let count = arguments.dropFirst().first.flatMap { Int($0) }
    switch arguments.first {
    case "serve": try await ConstantServer.run()
    case "overhead": try await OverheadTable.print(calls: count ?? 8_000)
    case "memory": exit(try await MemoryCourse.isFlat(calls: count ?? 100_000) ? 0 : 1)
    default:
      print("usage: ModelBenchmark overhead|memory [CALLS]")
      exit(64)
    }
  }

  /// Makes calls side by side.
  ///
  /// - Returns: the milliseconds of each.
  static func times(_ parallel: Int, count: Int, _ call: @escaping @Sendable () async throws -> Void) async throws -> [Double] {
    try await withThrowingTaskGroup(of: [Double].self) { group in
      for _ in 0..<parallel {
        group.addTask {
          var times: [Double] = []
          for _ in 0..<max(1, count / parallel) {
            let started = ContinuousClock.now
            try await call()
            times.append((ContinuousClock.now - started) / .milliseconds(1))
          }
          return times
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }
}
