import ServiceLifecycle
import Synchronization

/// A command beside the services it needs, as the last of them: it begins when they run, and they stop when it ends.
final class CommandService<Value: Sendable>: Service {
  private let body: @Sendable () async throws -> Value
  private let result = Mutex<Value?>(nil)

  init(_ body: @escaping @Sendable () async throws -> Value) { self.body = body }

  /// What the body returned; nil before, and when it failed.
  var value: Value? { result.withLock { $0 } }

  func run() async throws {
    let value = try await body()
    result.withLock { $0 = value }
  }
}
