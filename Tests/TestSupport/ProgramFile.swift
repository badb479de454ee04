package import Foundation
import Glibc

/// Programs that tests write and then start.
package enum ProgramFile {
  private struct StillOpen: Error {}
  private static let setLease: CInt = 1_024

  /// Writes a program that can be started at once.
  ///
  /// A child of this process holds all our descriptors from its fork to its exec, also one that another thread is just writing a program by: whoever
  /// starts that program meanwhile hears that its file is busy. So this waits until nobody holds the file for writing.
  package static func write(_ text: String, to file: URL) throws {
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    let descriptor = unsafe open(file.path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    let deadline = ContinuousClock.now + .seconds(10)
    // The kernel gives a read lease on a file that nobody can write to.
    while fcntl(descriptor, setLease, CInt(F_RDLCK)) != 0, errno == EAGAIN {
      guard ContinuousClock.now < deadline else { throw StillOpen() }
      usleep(1_000)
    }
    _ = fcntl(descriptor, setLease, CInt(F_UNLCK))
  }
}
