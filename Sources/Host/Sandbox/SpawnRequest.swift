/// One process to start.
package struct SpawnRequest: Sendable, Equatable {
  /// Absolute path, as the child sees it.
  package var executable: String
  /// `argv`, with the program's name first. Never a secret.
  package var argv: [String]
  package var profile: SandboxProfile
  /// Whether the child gets one end of a socket pair as descriptor 3.
  package var hasSocket: Bool
  /// Whether descriptor 0 is a pipe from the host instead of `/dev/null`.
  package var hasInput: Bool

  package init(_ executable: String, argv: [String], profile: SandboxProfile, hasSocket: Bool = false, hasInput: Bool = false) {
    self.executable = executable
    self.argv = argv
    self.profile = profile
    self.hasSocket = hasSocket
    self.hasInput = hasInput
  }
}
