import Glibc

/// A user id that sandboxed processes run as when the host is root.
///
/// The ids are those that systemd leaves to dynamic users, so they fit containers, whose users end at 65 535.
package struct SandboxUser: Sendable, Equatable {
  package var id: UInt32

  package init(id: UInt32) {
    self.id = id
  }

  package static let shared = SandboxUser(id: 65_500)

  /// The user of the next number, for a name whose own is taken.
  var next: SandboxUser { SandboxUser(id: id + 1 < Self.shared.id ? id + 1 : Self.range.lowerBound) }

  /// The same user for the same name, always; different users for most different names.
  package static func named(_ name: String) -> SandboxUser {
    var hash: UInt32 = 2_166_136_261
    for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return SandboxUser(id: range.lowerBound + hash % 4_000)
  }

  private static let range: ClosedRange<UInt32> = 61_184...65_519

  /// Whether this process may start others as these users: it is root, and not merely of a user namespace that has no such users.
  static var canBeAssumed: Bool {
    guard geteuid() == 0, let map = readSmallFile("/proc/self/uid_map") else { return false }
    return String(decoding: map, as: UTF8.self).split(separator: "\n").contains { line in
      let numbers = line.split(separator: " ").compactMap { UInt64($0) }
      return numbers.count == 3 && numbers[0] <= range.lowerBound && numbers[0] + numbers[2] > range.upperBound
    }
  }
}
