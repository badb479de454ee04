#if canImport(Glibc)
  import Glibc
#endif

/// Writes one line where the host collects logs; unbuffered, so that it is there even when the process ends next.
package func writeToStandardError(_ line: String) { writeToStandardError(Array("\(line)\n".utf8)) }

/// Writes finished lines there.
package func writeToStandardError(_ lines: [UInt8]) {
  var rest = lines[...]
  while !rest.isEmpty {
    // The array outlives the call, which only reads.
    let count = unsafe rest.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return }
    rest = rest.dropFirst(count)
  }
}
