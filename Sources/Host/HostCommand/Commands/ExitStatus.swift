import ArgumentParser

/// The exit codes of `hivecore`, stable for scripts; `hivecore help` lists them.
enum ExitStatus {
  /// The command did what it says.
  static let success = ExitCode(0)
  /// It failed: the message says why.
  static let failure = ExitCode(1)
  /// No host answers on the control socket of the data directory.
  static let noHost = ExitCode(3)
  /// Another host holds the data directory.
  static let alreadyRunning = ExitCode(4)
  /// The round did not pass (`quickstart`).
  static let roundFailed = ExitCode(5)
  /// Wrong usage (ArgumentParser's own code).
  static let usage = ExitCode(64)
  /// The configuration or a manifest is wrong.
  static let configuration = ExitCode(78)
}
