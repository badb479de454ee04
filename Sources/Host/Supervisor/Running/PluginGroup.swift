/// One plugin: what was asked for, and the processes that are to give it.
struct PluginGroup: Sendable {
  /// As its file says.
  var entry: ManifestDirectory.Entry
  /// As it runs: the program and the number of replicas may have been changed since.
  var manifest: Manifest
  var runners: [PluginRunner] = []
  /// A new version, on trial.
  var candidates: [PluginRunner] = []
  let shared = PluginRunner.Shared(numbers: IncarnationNumbers(), history: OutputHistory())
  var earlierRestarts = 0
  private var lastSlot = 0

  init(_ entry: ManifestDirectory.Entry, running manifest: Manifest) {
    self.entry = entry
    self.manifest = manifest
  }

  /// Number 0 is the supervisor's own.
  mutating func nextSlot() -> Int {
    lastSlot += 1
    return lastSlot
  }
}

/// What became of one plugin when the configuration changed.
package struct PluginChange: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case started, stopped, upgraded, scaled
    /// It was not serving, and was started anew.
    case restarted
    /// The old version goes on serving.
    case refused
  }

  package let plugin: String
  package let kind: Kind
  /// Why it was refused.
  package let problem: String?

  init(_ plugin: String, _ kind: Kind, problem: String? = nil) {
    self.plugin = plugin
    self.kind = kind
    self.problem = problem
  }
}
