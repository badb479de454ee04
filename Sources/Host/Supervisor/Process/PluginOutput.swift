import NIOCore

/// What one process prints, on its way to the log.
struct PluginOutput: Sendable {
  /// What is held open by somebody else, or floods, is not waited for any longer.
  private static let patience = TimeAmount.milliseconds(500)

  let channels: [any Channel]
  let eventLoop: any EventLoop

  /// Waits, once the process has ended, until all it printed was read.
  func ended() async {
    let read = eventLoop.makePromise(of: Void.self)
    // Only the first of the two counts.
    let timer = eventLoop.scheduleTask(in: Self.patience) { read.succeed() }
    EventLoopFuture.andAllComplete(channels.map(\.closeFuture), on: eventLoop).whenComplete { _ in read.succeed() }
    try? await read.futureResult.get()
    timer.cancel()
  }
}
