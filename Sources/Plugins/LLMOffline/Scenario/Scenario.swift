import JSONRPC
import PluginProtocol
import Synchronization

/// Scripted replies for tests; counts which rule has been met how often.
final class Scenario: Sendable {
  private let rules: [ScenarioRule]
  private let met: Mutex<[Int]>

  /// - Throws: ``SpecError`` that names the rule and member.
  init(json: JSON) throws(SpecError) {
    var reader = try SpecReader(json, "")
    rules = try reader.list("rules", ScenarioRule.init)
    try reader.finish()
    met = Mutex(Array(repeating: 0, count: rules.count))
  }

  /// The rule to play for a request; each request counts for every rule it could have met.
  func rule(for prompt: Prompt) -> ScenarioRule? {
    met.withLock { met in
      var chosen: ScenarioRule?
      for (index, rule) in rules.enumerated() where rule.holds(for: prompt) {
        met[index] += 1
        if chosen == nil, rule.match.nth == nil || rule.match.nth == met[index] { chosen = rule }
      }
      return chosen
    }
  }
}
