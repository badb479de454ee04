/// The tasks of a round and what each waits for; nodes keep the order in which they were added.
struct TaskGraph: Sendable, Equatable {
  enum Failure: String, Error, Sendable {
    case duplicateNode = "duplicate_node"
    case unknownNode = "unknown_node"
    case cycle
  }

  enum Status: String, Sendable {
    case pending, completed, failed
  }

  /// Kahn's order; ready nodes come in insertion order.
  let order: [String]
  private let nodes: [String]
  private let before: [String: [String]]
  private var status: [String: Status] = [:]

  /// - Parameter edges: pairs (before, after).
  init(nodes: [String], edges: [(String, String)]) throws(Failure) {
    var before: [String: [String]] = [:]
    for node in nodes {
      guard before.updateValue([], forKey: node) == nil else { throw .duplicateNode }
    }
    for (first, second) in edges {
      guard before[first] != nil, before[second] != nil else { throw .unknownNode }
      before[second, default: []].append(first)
    }
    self.nodes = nodes
    self.before = before
    order = try TaskGraph.order(nodes, edges)
  }

  /// The nodes that may run now: pending, with everything before them completed.
  var ready: [String] {
    nodes.filter { status(of: $0) == .pending && before[$0, default: []].allSatisfy { status(of: $0) == .completed } }
  }

  func status(of node: String) -> Status { status[node] ?? .pending }

  mutating func finish(_ node: String, succeeded: Bool) { status[node] = succeeded ? .completed : .failed }

  private static func order(_ nodes: [String], _ edges: [(String, String)]) throws(Failure) -> [String] {
    var blockers = Dictionary(nodes.map { ($0, 0) }) { first, _ in first }
    for (_, second) in edges { blockers[second, default: 0] += 1 }
    var queue = nodes.filter { blockers[$0] == 0 }
    var index = 0
    while index < queue.count {
      for (first, second) in edges where first == queue[index] {
        blockers[second, default: 0] -= 1
        if blockers[second] == 0 { queue.append(second) }
      }
      index += 1
    }
    guard queue.count == nodes.count else { throw .cycle }
    return queue
  }
}
