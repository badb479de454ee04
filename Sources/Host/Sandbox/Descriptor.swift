import CLinux
import Glibc
import Synchronization

/// A file descriptor with one owner: closed when the owner goes, unless handed on.
package final class Descriptor: Sendable {
  private let number: Mutex<Int32>

  package init(_ number: Int32) {
    self.number = Mutex(number)
  }

  deinit {
    close()
  }

  /// The descriptor's number, still owned here; −1 when closed or handed on.
  package var rawValue: Int32 {
    number.withLock { $0 }
  }

  /// Hands the descriptor on: the caller closes it. −1 when it is gone already.
  package func release() -> Int32 {
    number.withLock { number in
      defer { number = -1 }
      return number
    }
  }

  package func close() {
    let open = release()
    if open >= 0 { _ = Glibc.close(open) }
  }
}

extension Descriptor {
  /// A pipe whose ends do not survive an exec.
  static func pipe() throws(SpawnError) -> (read: Descriptor, write: Descriptor) {
    var (readEnd, writeEnd) = (Int32(-1), Int32(-1))
    let code = unsafe hive_pipe(&readEnd, &writeEnd)
    guard code == 0 else { throw .neverStarted(stage: "pipe", subject: "", errno: code) }
    return (Descriptor(readEnd), Descriptor(writeEnd))
  }

  /// Two connected Unix stream sockets that do not survive an exec.
  static func socketPair() throws(SpawnError) -> (host: Descriptor, child: Descriptor) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .neverStarted(stage: "socketpair", subject: "", errno: errno) }
    return (Descriptor(ends[0]), Descriptor(ends[1]))
  }

  static func null() throws(SpawnError) -> Descriptor {
    let fd = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    guard fd >= 0 else { throw .neverStarted(stage: "open", subject: "/dev/null", errno: errno) }
    return Descriptor(fd)
  }
}
