#if canImport(Glibc)
  import Glibc
#endif

/// Two connected stream sockets, closed on exec: one for the host, one for the plugin.
package func makeSocketPair() throws -> (CInt, CInt) {
  var ends: (CInt, CInt) = (-1, -1)
  let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
  // A C array of two is laid out like a tuple of two, and lives through the call.
  let code = unsafe withUnsafeMutableBytes(of: &ends) { ends in
    unsafe socketpair(AF_UNIX, type, 0, ends.baseAddress?.assumingMemoryBound(to: CInt.self))
  }
  guard code == 0 else { throw CloseReason.inputOutput("socketpair: errno \(errno)") }
  return ends
}
