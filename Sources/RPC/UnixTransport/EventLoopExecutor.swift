package import NIOCore

/// Runs tasks on an event loop, where what they wait for happens: they go on without a change of threads.
///
/// Nothing else on the loop goes on meanwhile: what may take long belongs on the `globalConcurrentExecutor`.
package final class EventLoopExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  package init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
