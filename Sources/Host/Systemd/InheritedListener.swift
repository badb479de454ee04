import CLinux
import Glibc

/// A listening socket that the service manager bound, and keeps when we go.
package struct InheritedListener: Sendable, Equatable {
  package let descriptor: Int32
  /// `FileDescriptorName=` of the socket unit.
  package let name: String

  /// Why it cannot be served.
  package struct Unusable: Error, CustomStringConvertible {
    package let description: String
  }

  /// Checks that it is a listening stream socket, and keeps it from other programs.
  package func adopt() throws(Unusable) {
    let code = hive_adopt_listener(descriptor)
    guard code == 0 else {
      throw Unusable(description: "descriptor \(descriptor) (\(name)) from LISTEN_FDS is no listening stream socket (errno \(code))")
    }
  }
}
