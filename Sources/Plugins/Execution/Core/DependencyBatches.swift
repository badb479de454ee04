/// Levels of a dependency graph: what may run together, and in which order.
enum DependencyBatches {
  /// Kahn levels. Dependencies outside `ids` are ignored, members of a level are sorted by code point, and the members of cycles (with what
  /// waits for them) form one last batch.
  static func batches(_ ids: [String], _ dependencies: [String: [String]]) -> [[String]] {
    let known = Set(ids)
    var waiting: [String: Set<String>] = [:]
    for id in ids { waiting[id] = Set(dependencies[id, default: []].filter { known.contains($0) && $0 != id }) }
    var batches: [[String]] = []
    while !waiting.isEmpty {
      let ready = waiting.filter { $0.value.isEmpty }.keys.sorted(by: scalarOrder)
      guard !ready.isEmpty else {
        batches.append(waiting.keys.sorted(by: scalarOrder))
        break
      }
      batches.append(ready)
      let done = Set(ready)
      for id in ready { waiting[id] = nil }
      waiting = waiting.mapValues { $0.subtracting(done) }
    }
    return batches
  }

  /// Order by Unicode code point, whatever the locale.
  static func scalarOrder(_ left: String, _ right: String) -> Bool {
    left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
  }
}
