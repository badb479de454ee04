import CLinux
import Glibc
import Synchronization

/// One thread that reaps every child as soon as it ends, whether or not anybody waits for it.
final class ExitWatcher: Sendable {
  private let epoll: Descriptor
  private let children = Mutex<[Int32: ChildProcess]>([:])

  init() throws(SpawnError) {
    epoll = Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC)))
    guard epoll.rawValue >= 0 else { throw .neverStarted(stage: "epoll", subject: "", errno: errno) }
    try DetachedThread.start("sandbox-reaper") { [self] in watch() }
  }

  func add(_ child: ChildProcess) throws(SpawnError) {
    let fd = child.pidfd.rawValue
    children.withLock { $0[fd] = child }
    var event = unsafe epoll_event(events: EPOLLIN.rawValue | EPOLLONESHOT.rawValue, data: epoll_data(fd: fd))
    guard unsafe epoll_ctl(epoll.rawValue, EPOLL_CTL_ADD, fd, &event) == 0 else {
      let code = errno
      _ = children.withLock { $0.removeValue(forKey: fd) }
      throw .neverStarted(stage: "epoll", subject: "pidfd", errno: code)
    }
  }

  private func watch() -> Never {
    var events = unsafe [epoll_event](repeating: epoll_event(), count: 32)
    while true {
      let count = unsafe epoll_wait(epoll.rawValue, &events, 32, -1)
      for index in 0..<max(0, Int(count)) {
        // Forgotten before it is reaped: reaping closes the pidfd, whose number the next child may get.
        let fd = unsafe events[index].data.fd
        guard let child = children.withLock({ $0.removeValue(forKey: fd) }) else { continue }
        _ = child.reap()
      }
    }
  }
}
