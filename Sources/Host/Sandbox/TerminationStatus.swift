/// How a process ended.
package enum TerminationStatus: Sendable, Equatable {
  case code(Int32)
  case signal(Int32)

  /// - Parameter waitStatus: in the form of waitpid(2).
  package init(waitStatus: Int32) {
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .code((waitStatus >> 8) & 0xff) : .signal(signal)
  }
}

extension TerminationStatus: CustomStringConvertible {
  package var description: String {
    switch self {
    case .code(let code): "exit code \(code)"
    case .signal(let signal): "signal \(signal)"
    }
  }
}
