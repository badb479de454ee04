import Synchronization

/// Gives each plugin a user that no other has.
///
/// A plugin keeps its user for the life of the host. After a restart two whose names collide may have changed places; then the spawner gives
/// their files to the new user.
package final class SandboxUsers: Sendable {
  private let taken = Mutex<[String: SandboxUser]>([:])

  package init() {}

  package func user(of plugin: String) -> SandboxUser {
    taken.withLock { taken in
      if let user = taken[plugin] { return user }
      var user = SandboxUser.named(plugin)
      // There are thousands of numbers and tens of plugins.
      while taken.values.contains(user) { user = user.next }
      taken[plugin] = user
      return user
    }
  }
}
