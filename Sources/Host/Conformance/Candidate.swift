package import JSONRPC
package import Supervisor

/// The program under test, and what is known of it beforehand.
package struct Candidate: Sendable {
  /// What an operator would say of it; its `$STATE` is a new empty folder for each process.
  package var manifest: Manifest
  /// Absolute path.
  package var executable: String
  package var arguments: [String] = []
  package var secrets: [String: String] = [:]
  /// How long it may take for any one thing.
  package var patience: Duration = .seconds(10)
  /// A call that takes long and can be cancelled.
  package var hold: SampleCall?
  /// A call whose result is streamed.
  package var stream: SampleCall?
  /// A call whose params are streamed; the kit adds `"stream":true`.
  package var upload: SampleCall?

  package init(manifest: Manifest, executable: String) {
    self.manifest = manifest
    self.executable = executable
  }

  /// A program that has no manifest yet.
  ///
  /// - Parameter provides: the capabilities it must serve.
  package static func bare(_ executable: String, provides: [String] = [], concurrency: Int = 64) throws -> Candidate {
    let text = """
      id = "candidate"
      version = "0"
      exec = "candidate"
      provides = \(JSON(provides).text)
      concurrency = \(concurrency)
      [sandbox]
      require = "none"
      network = "outbound"
      write = ["$STATE"]
      [limits]
      memory = "4G"
      pids = 4096
      files = 1024
      """
    return Candidate(manifest: try Manifest(text, file: "the command line"), executable: executable)
  }
}

/// A call of one of the candidate's own methods, for what no capability's contract offers.
package struct SampleCall: Sendable, Equatable {
  package var method: String
  package var params: JSONObject

  package init(_ method: String, _ params: JSONObject = [:]) {
    self.method = method
    self.params = params
  }
}
