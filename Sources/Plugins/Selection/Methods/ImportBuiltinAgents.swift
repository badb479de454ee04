import JSONRPC
import PluginKit
import PluginProtocol

extension SelectionPlugin {
  /// Puts the bundled agents into the catalogue once storage knows the collection, which another plugin contributes and which may come later
  /// than this one. Those already there stay as an operator may have changed them.
  func importBuiltinAgents() async throws {
    var pause = Duration.milliseconds(100)
    while true {
      do {
        let count = try await addMissingAgents()
        if count > 0 { log.info("bundled agents added", ["count": "\(count)"]) }
        return
      } catch {
        try Task.checkCancellation()
        log.debug("bundled agents not added yet", ["error": error.message])
        try await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(5))
      }
    }
  }

  private func addMissingAgents() async throws(RPCError) -> Int {
    let storage = Storage(host, system: true)
    let numbers = BuiltinAgents.all.map { JSON.string($0.number) }
    let rows = try await storage.rows(
      .init("agent", filter: [.isNull("tenant"), .isIn("agent_no", numbers)], shape: .inline(.fields("agent_no"))))
    let present = Set(rows.compactMap { $0["agent_no"].string })
    let missing = BuiltinAgents.all.filter { !present.contains($0.number) }
    if !missing.isEmpty { try await storage.transact([.insert(.init("agent", rows: missing.map(\.row)))]) }
    return missing.count
  }
}
