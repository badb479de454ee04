import Glibc

/// How many files and sockets this process may have open.
package enum OpenFileLimit {
  /// Raises it as far as the system lets this user, and says how far that is.
  package static func raise() -> Int {
    // The C calls fill in and read a structure of ours.
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    if limit.rlim_cur < limit.rlim_max {
      var raised = limit
      raised.rlim_cur = limit.rlim_max
      if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return Int(clamping: limit.rlim_cur)
  }
}
