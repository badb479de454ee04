import JSONRPC
import NIOCore
import Synchronization

/// Knows of each connection whether its client is still there.
final class Departures: Sendable {
  private let open = Mutex<[ObjectIdentifier: Departure]>([:])

  /// Nil for a channel that was never watched.
  func departure(of channel: any Channel) -> Departure? { open.withLock { $0[ObjectIdentifier(channel)] } }

  fileprivate func add(_ channel: any Channel) -> Departure {
    let departure = Departure()
    open.withLock { $0[ObjectIdentifier(channel)] = departure }
    return departure
  }

  fileprivate func remove(_ channel: any Channel) { _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) } }
}

/// The end of one connection's client.
final class Departure: Sendable {
  private struct State {
    var hasHappened = false
    var lastWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  fileprivate func happened() {
    let waiters = state.withLock { state in
      state.hasHappened = true
      defer { state.waiters = [:] }
      return state.waiters.values.map { $0 }
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns when the client has left, or the task is cancelled.
  private func wait() async {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          guard !state.hasHappened, !Task.isCancelled else { return false }
          state.waiters[id] = continuation
          return true
        }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }

  /// A client that has only closed its sending side looks like one that has left: short work is finished for it.
  private static let grace: Duration = .seconds(1)

  /// Does work for the client: it is cancelled when the client leaves, after a moment of ``grace``.
  func cancelling<Value: Sendable>(
    _ work: @escaping @Sendable () async throws(RPCError) -> Value
  ) async throws(RPCError) -> Value {
    let result = await withTaskGroup(of: Result<Value, RPCError>?.self) { group in
      group.addTask {
        do throws(RPCError) { return .success(try await work()) } catch { return .failure(error) }
      }
      group.addTask {
        await self.wait()
        try? await Task.sleep(for: Self.grace)
        return nil
      }
      var result: Result<Value, RPCError>?
      while let next = await group.next() {
        result = result ?? next
        group.cancelAll()
      }
      return result
    }
    guard let result else { throw RPCError(.cancelled, "the client has left") }
    return try result.get()
  }
}

/// Hears that the client has closed its side, also while nobody reads.
final class DepartureHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let departures: Departures
  private var departure: Departure?

  init(_ departures: Departures) { self.departures = departures }

  func handlerAdded(context: ChannelHandlerContext) { departure = departures.add(context.channel) }

  func handlerRemoved(context: ChannelHandlerContext) { leave(context) }

  func channelInactive(context: ChannelHandlerContext) {
    leave(context)
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed { departure?.happened() }
    context.fireUserInboundEventTriggered(event)
  }

  private func leave(_ context: ChannelHandlerContext) {
    departure?.happened()
    departures.remove(context.channel)
  }
}
