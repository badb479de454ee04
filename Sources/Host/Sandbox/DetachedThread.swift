import CLinux
import Glibc

/// A thread of our own, for work that blocks or must not move to another thread.
///
/// The spawner's never ends: parent-death signals follow the thread that started the child, so children must not be started from a task,
/// whose thread the runtime may retire.
enum DetachedThread {
  private final class Body: Sendable {
    let name: String
    let work: @Sendable () -> Void

    init(_ name: String, _ work: @escaping @Sendable () -> Void) {
      self.name = name
      self.work = work
    }

    func run() {
      unsafe hive_prepare_thread(name)
      work()
    }
  }

  static func start(_ name: String, _ work: @escaping @Sendable () -> Void) throws(SpawnError) {
    var thread = pthread_t()
    // Safe: the new thread takes over the retained box, once.
    let box = unsafe Unmanaged.passRetained(Body(name, work)).toOpaque()
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument { unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box)
    guard code == 0 else {
      unsafe Unmanaged<Body>.fromOpaque(box).release()
      throw .neverStarted(stage: "thread", subject: name, errno: code)
    }
    pthread_detach(thread)
  }
}
