/// What ended an incarnation, in one word.
package enum ExitCause: String, Sendable, CaseIterable {
  /// It ended by itself.
  case code
  /// A signal that the host did not send.
  case signal
  /// Its memory limit.
  case oom
  /// It hung, was not ready in time, or did not go when told.
  case watchdog
  /// It broke the protocol, or said something wrong on the way to ready.
  case `protocol`
  /// The host told it to stop.
  case stopped
  /// There never was a process.
  case launch
}
