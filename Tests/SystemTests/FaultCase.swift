import Foundation
import JSONRPC
import TestSupport
import Testing

/// One way for a plugin to go wrong, and what is to become of it.
struct FaultCase: Sendable {
  /// Also the end of the plugin's id.
  let name: String
  /// How it starts (`Tests/Fixtures/plugin.py`).
  var mode = "good"
  /// What it is told to do once it serves, as params of `test.fault`.
  var fault: String?
  /// More of its manifest.
  var manifest = ""
  /// The state it ends in.
  var state = "ready"
  /// Why its last process ended; nil when it must not end.
  let cause: String?
  /// Words of its last exit, or of its answer when it does not end.
  let words: String

  var id: String { "bad-\(name)" }

  /// Writes its program and its manifest.
  func install(in folder: PluginFolder) throws {
    let source = try String(contentsOf: HostProcess.sources.appending(path: "Tests/Fixtures/plugin.py"), encoding: .utf8)
    let script = folder.url.appending(path: id)
    try ProgramFile.write(source.replacing(/MODE = .*/, with: "MODE = \"\(mode)\"", maxReplacements: 1), to: script)
    try folder.write(
      "90-\(name).toml",
      """
      id = "\(id)"
      version = "1.0.0"
      exec = "\(script.path)"
      provides = ["test"]
      requires = ["test"]
      \(manifest)
      \(manifest.contains("[health]") ? "" : "[health]\nready = \"60s\"")
      """)
  }

  /// Calls a method of it through the host, as an operator would.
  func call(_ method: String, _ params: JSON, on host: HostProcess) async throws -> RunningProcess.Result {
    try await RunningProcess.run(
      program: HostProcess.products.appending(path: "hivecore"),
      arguments: ["plugin", "call", id, method, "--params", params.text, "--data", host.data.path])
  }

  /// Nil once it is as it should be; else what is missing.
  func complaint(_ status: JSON, answer: RunningProcess.Result?) -> String? {
    guard status["state"].string == state else { return "\(id) is \(status["state"].text)" }
    guard let cause else {
      guard status["restarts"] == 0 else { return "\(id) ended: \(status["last_exit"].text)" }
      guard let answer else { return "\(id) did not answer" }
      return answer.output.contains(words) || answer.errors.contains(words) ? nil : "\(id) answered \(answer.output) \(answer.errors)"
    }
    let exit = status["last_exit"]
    guard exit["cause"].string == cause, exit["summary"].string?.contains(words) == true else { return "\(id) ended: \(exit.text)" }
    return nil
  }
}

extension FaultCase {
  private static let quickly = "[restart]\nbackoff = [\"1ms\", \"2ms\"]\nintensity = 2\n"

  /// While it starts.
  static let starting: [FaultCase] = [
    FaultCase(name: "startup-crash", mode: "exit", manifest: quickly, state: "quarantined", cause: "code", words: "exit code 3"),
    FaultCase(name: "crash-loop", mode: "flaky", manifest: quickly, state: "quarantined", cause: "code", words: "exit code 4"),
    FaultCase(
      name: "never-ready", mode: "never", manifest: quickly + "[health]\nready = \"2s\"", state: "quarantined", cause: "watchdog",
      words: "not ready within 2.0 seconds"),
    FaultCase(name: "version", mode: "version", state: "failed", cause: "protocol", words: "speaks protocol version 9, this host speaks 1"),
    FaultCase(name: "configuration", mode: "config", state: "failed", cause: "code", words: "exit code 78"),
  ]

  /// While it serves: it dies of it, and comes back.
  static let fatal: [FaultCase] = [
    FaultCase(name: "kill", fault: "kill", cause: "signal", words: "signal 9"),
    FaultCase(name: "stop", fault: "stop", cause: "watchdog", words: "hung: 3 pings unanswered"),
    FaultCase(name: "livelock", fault: "spin", cause: "watchdog", words: "hung: 3 pings unanswered"),
    FaultCase(name: "slow-reader", fault: "deaf", cause: "watchdog", words: "hung: 3 pings unanswered"),
    FaultCase(name: "garbage", fault: "garbage", cause: "protocol", words: "malformed JSON"),
    FaultCase(name: "zero", fault: "zero", cause: "protocol", words: "frame of 0 bytes"),
    FaultCase(name: "oversized", fault: "oversized", cause: "protocol", words: "frame of 1073741824 bytes, limit 4194304"),
    FaultCase(name: "truncated", fault: "truncated", cause: "code", words: "exit code 0"),
    FaultCase(name: "nested", fault: "nested", cause: "protocol", words: "malformed JSON"),
    FaultCase(name: "doubled-request", fault: "doubled_request", cause: "protocol", words: "request id 7 is already open"),
    FaultCase(name: "stream", fault: "stream", cause: "protocol", words: "ahead of its credit"),
    FaultCase(
      name: "exhausted", fault: "exhausted", manifest: "[limits]\nmemory = \"192M\"\n", cause: "oom",
      words: "out of memory: its limit is 192 MiB"),
    FaultCase(name: "closed", fault: "closed", cause: "watchdog", words: "closed its connection and did not end"),
  ]

  /// While it serves: it only meets its limits.
  static let harmless: [FaultCase] = [
    FaultCase(name: "memory", fault: "memory", manifest: "[limits]\nmemory = \"96M\"\n", cause: nil, words: "mebibytes"),
    FaultCase(name: "forks", fault: "forks", manifest: "[limits]\npids = 24\n", cause: nil, words: "Resource temporarily unavailable"),
    FaultCase(name: "processor", fault: "processor", cause: nil, words: "{}"),
    FaultCase(name: "descriptors", fault: "descriptors", manifest: "[limits]\nfiles = 64\n", cause: nil, words: "Too many open files"),
    FaultCase(name: "doubled-reply", fault: "doubled_reply", cause: nil, words: "first"),
    FaultCase(name: "flood", fault: "flood", cause: nil, words: "3000000"),
    FaultCase(name: "orphan", fault: "orphan", cause: nil, words: "{}"),
    FaultCase(name: "stdout", mode: "stdout", cause: nil, words: "no answer in time"),
    FaultCase(name: "late", cause: nil, words: "no answer in time"),
  ]

  static let all = starting + fatal + harmless
}
