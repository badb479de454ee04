/// The one place where a task without a parent begins: a channel's event that an async function serves.
///
/// ``TaskServer`` is its parent in all but name: it cancels the task with its request and with the connection.
enum TaskBridge {
  static func serve(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    Task { await work() }
  }
}
