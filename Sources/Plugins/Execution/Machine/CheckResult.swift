import JSONRPC

/// What one acceptance check said when it ran in the sandbox.
struct CheckResult: Sendable, Equatable {
  var command: String
  /// Nil when a signal or the time limit ended it.
  var exitCode: Int64?
  var output: String
  var errors: String

  /// How much of an output is kept, in characters: its end.
  static let outputLimit = 4_000

  var succeeded: Bool { exitCode == 0 }

  /// The last lines, for people and for the next try.
  var tail: String { String((output + errors).suffix(600)).trimmed }

  var json: JSON {
    [
      "command": .string(command), "exit_code": exitCode.map { .int($0) } ?? .null, "stdout": .string(output), "stderr": .string(errors),
    ]
  }

  init(command: String, exitCode: Int64?, output: String, errors: String) {
    self.command = command
    self.exitCode = exitCode
    self.output = String(output.suffix(CheckResult.outputLimit))
    self.errors = String(errors.suffix(CheckResult.outputLimit))
  }

  init(json: JSON) {
    self.init(
      command: json["command"].string ?? "", exitCode: json["exit_code"].int, output: json["stdout"].string ?? "",
      errors: json["stderr"].string ?? "")
  }
}
