package import NIOCore

/// An actor that lives on an event loop: channel handlers there enter it by `assumeIsolated`, without a change of threads.
package protocol LoopActor: Actor {
  /// One of NIO's own, which can run an actor.
  nonisolated var eventLoop: any EventLoop { get }
}

extension LoopActor {
  // The type is unsafe because it does not keep its executor alive; the actor keeps the event loop, which is it.
  package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe eventLoop.executor.asUnownedSerialExecutor() }
}
