#if canImport(Glibc)
  import Glibc
#endif

/// The machine's clock.
package enum SystemTime {
  /// Names the time zone's file to the C library, which else looks whether it has changed for every time it writes.
  package static func keepTimeZone() { unsafe setenv("TZ", ":/etc/localtime", 0) }

  /// Microseconds since 1970, UTC.
  package static func microseconds() -> Int64 {
    var time = timespec()
    // The structure outlives the call that fills it.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
