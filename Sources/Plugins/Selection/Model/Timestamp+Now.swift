import UnixTransport

extension Timestamp {
  static var now: Timestamp { Timestamp(microseconds: SystemTime.microseconds()) }
}
