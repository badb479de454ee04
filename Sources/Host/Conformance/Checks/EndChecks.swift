import JSONRPC
import PluginProtocol
import Sandbox
import Supervisor

enum EndChecks {
  static let all: [Check] = [
    Check("drain.refuses", "3", "answers $/drain, then refuses requests with −31010 but answers pings, and ends after $/shutdown with 0") {
      stage in
      try await stage.ready { trial in
        _ = try await trial.result("$/drain")
        let method = stage.description?.methods.first?.name ?? stage.description?.provides.first.map { "\($0).conformance" }
        if let method { try await trial.refusal(.draining, method, meta: stage.meta()) }
        try await trial.pings()
        try await trial.shutsDown()
      }
    },
    Check("exit.shutdown", "3", "answers $/shutdown, also without a drain, and ends with 0") { stage in
      try await stage.ready { trial in try await trial.shutsDown() }
    },
    Check("exit.eof", "1", "ends at the end of file on descriptor 3") { stage in
      try await stage.ready { trial in
        await trial.hangUp()
        try await trial.mustExit()
      }
    },
    Check("output.stdout", "1", "writes nothing of the protocol to stdout") { stage in
      try await stage.ready { trial in
        _ = try await trial.result("$/shutdown")
        // All it wrote has been read then; when it does not end, exit.shutdown says so.
        _ = await trial.transcript.wait(within: stage.candidate.patience) { $0.openOutputs == 0 ? true : nil }
        let lines = trial.output.lines(after: 0, limit: .max).filter { $0.stream == "stdout" }
        if let stray = lines.first(where: { $0.text.contains(#""jsonrpc""#) }) {
          throw Disproof(expected: "log lines on stdout", came: Shown.text(Array(stray.text.utf8)))
        }
      }
    },
  ]
}

extension Trial {
  fileprivate func shutsDown() async throws {
    _ = try await result("$/shutdown")
    let exit = try await mustExit()
    guard exit == .code(0) else { throw Disproof(expected: "exit code 0", came: exit.description) }
  }
}
