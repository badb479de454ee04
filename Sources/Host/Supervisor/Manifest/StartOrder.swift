/// Orders plugins so that providers come before those who require them.
package enum StartOrder {
  /// Plugins that require each other in a ring, so that none can come first; they start together.
  package struct Cycle: Sendable, Equatable {
    package let ids: [String]
  }

  /// - Returns: waves of ids: each wave needs only earlier ones. And the cycles, which are a warning, not an obstacle.
  package static func waves(_ manifests: [Manifest]) -> (waves: [[String]], cycles: [Cycle]) {
    var waiting = manifests
    var waves: [[String]] = []
    var cycles: [Cycle] = []
    while !waiting.isEmpty {
      let missing = Set(waiting.flatMap(\.provides))
      var wave = waiting.filter { needs($0).isDisjoint(with: missing) }
      if wave.isEmpty {
        wave = ring(in: waiting)
        cycles.append(Cycle(ids: wave.map(\.id)))
      }
      let ids = Set(wave.map(\.id))
      waves.append(wave.map(\.id))
      waiting.removeAll { ids.contains($0.id) }
    }
    return (waves, cycles)
  }

  /// What a plugin needs of others; storage comes before everything that is not needed by it.
  private static func needs(_ manifest: Manifest) -> Set<String> {
    Set(manifest.requires).subtracting(manifest.provides)
  }

  /// Follows requirements until a plugin comes round again: everyone waiting needs someone waiting, so this ends in a ring.
  private static func ring(in waiting: [Manifest]) -> [Manifest] {
    var path: [Manifest] = []
    var current = waiting.first
    while let plugin = current {
      if let start = path.firstIndex(where: { $0.id == plugin.id }) { return Array(path[start...]) }
      path.append(plugin)
      let needed = needs(plugin)
      current = waiting.first { !needed.isDisjoint(with: $0.provides) }
    }
    return path
  }
}
