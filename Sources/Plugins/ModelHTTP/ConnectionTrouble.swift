import Glibc
import NIOCore
import NIOPosix

/// Why there was no connection, in words an operator can act on.
enum ConnectionTrouble {
  static func words(_ error: any Error) -> String {
    switch error {
    case let error as IOError: words(number: error.errnoCode)
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first { words(first.error) } else { "its name leads nowhere" }
    default: "\(error)"
    }
  }

  private static func words(number: CInt) -> String {
    switch number {
    case ECONNREFUSED: "it refuses connections"
    case ECONNRESET, EPIPE: "it closed the connection"
    case EHOSTUNREACH, ENETUNREACH: "there is no way to it"
    case ETIMEDOUT: "it does not answer"
    case EACCES, EPERM: "connecting to it is not permitted here"
    default: "error \(number) of the system"
    }
  }
}
