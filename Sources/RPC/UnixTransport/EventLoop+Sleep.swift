package import NIOCore

extension EventLoop {
  /// Waits. A wait that is cancelled leaves nothing behind.
  ///
  /// `Task.sleep` keeps its task and its timer, most of a kilobyte, until the time is up, however early it was cancelled: a limit of minutes on each
  /// short call would hold the calls of minutes.
  ///
  /// - Throws: `CancellationError`.
  package func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    let timer = scheduleTask(in: TimeAmount(duration)) {}
    try await withTaskCancellationHandler {
      do { try await timer.futureResult.get() } catch { throw CancellationError() }
    } onCancel: {
      timer.cancel()
    }
  }

  /// Does something that may not take longer than `limit`: then it is cancelled.
  ///
  /// - Returns: the operation's result, or nil when time ran out first.
  /// - Throws: what the operation throws.
  package func limiting<Value: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
  ) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await operation() }
      group.addTask {
        try await self.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
