import ArgumentParser
import Foundation
import Gateway
import JSONRPC
import Supervisor
import Systemd

/// Data on stdout, talk on stderr.
enum Talk {
  static func out(_ text: String) { print(text) }

  /// Data for a reader who follows: on stdout at once, also through a pipe.
  ///
  /// - Returns: false when nobody reads any more.
  static func outNow(_ lines: [String]) -> Bool {
    let text = lines.map { $0 + "\n" }.joined()
    return (try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))) != nil
  }

  static func err(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }

  /// Prints a failure for a person and ends with the exit code that fits.
  static func fail(_ error: any Error) -> any Error {
    switch error {
    case is ExitCode, is ValidationError, is CleanExit: return error
    case let problem as ConfigProblem:
      err("hivecore: \(problem)")
      return ExitStatus.configuration
    case let problems as ConfigProblems:
      err("hivecore: \(problems)")
      return ExitStatus.configuration
    case let invalid as HostConfig.Invalid:
      err("hivecore: \(invalid)")
      return ExitStatus.configuration
    case let listener as InheritedListener.Unusable:
      err("hivecore: \(listener)")
      return ExitStatus.configuration
    case let problem as ServerCertificate.Problem:
      err("hivecore: \(problem)")
      return ExitStatus.configuration
    case let program as PluginCommand.Unusable:
      err("hivecore: \(program)")
      return ExitStatus.configuration
    case let refusal as RunLock.Refusal:
      err("hivecore: \(refusal)")
      return ExitStatus.alreadyRunning
    case let failure as RPCError:
      err("hivecore: \(failure.message)")
      return ExitStatus.failure
    default:
      err("hivecore: \(error)")
      return ExitStatus.failure
    }
  }
}

extension AsyncParsableCommand {
  /// Runs the body; what it throws becomes a message and an exit code.
  func speaking(_ body: (World) async throws -> Void) async throws {
    do {
      try await body(World.current())
    } catch {
      throw Talk.fail(error)
    }
  }
}
