import Glibc

/// An advisory lock on a file, held as long as its descriptor is open anywhere.
package final class FileLock: Sendable {
  let descriptor: Descriptor

  private init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  /// Takes the lock if nobody is in the way; the file is made when it is missing.
  ///
  /// - Parameter shared: beside others who share it.
  /// - Returns: nil when somebody is in the way.
  /// - Throws: the errno's words, when the file cannot be opened or locked at all.
  package static func take(_ path: String, shared: Bool = false) throws(FileLockError) -> FileLock? {
    let descriptor = Descriptor(unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600))
    guard descriptor.rawValue >= 0 else { throw FileLockError(description: "\(path): \(errnoText(errno))") }
    if flock(descriptor.rawValue, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return FileLock(descriptor) }
    guard errno == EWOULDBLOCK else { throw FileLockError(description: "\(path): \(errnoText(errno))") }
    return nil
  }
}

/// Why a lock file cannot be used.
package struct FileLockError: Error, Equatable, CustomStringConvertible {
  package let description: String
}
