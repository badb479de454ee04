#if canImport(Glibc)
  import Glibc
#endif

/// Writes one line where the host collects logs; unbuffered, so that it is there even when the process ends next.
package func writeToStandardError(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  // The array outlives the call, which only reads.
  _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
