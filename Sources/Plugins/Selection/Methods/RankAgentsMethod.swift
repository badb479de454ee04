import JSONRPC
import PluginKit
import PluginProtocol

extension SelectionPlugin {
  /// `POST /projects/{id}/rank-agents/`. Source: contract http.md, section 17.
  @Sendable func rankAgents(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    try await requireProject(call.path("id"), Storage(request.host))
    let role = call.body["role"]?.string ?? ""
    let skills = try LibraryBody.texts(call.body["skills"], field: "skills")
    let domains = try LibraryBody.texts(call.body["domains"], field: "domains")
    let generated = try call.body["metaso_spec"]?.object.map { object throws(RPCError) in try GeneratedAgent(object, field: "metaso_spec") }
    let change = try call.body["what_if"].flatMap { $0.isNull ? nil : $0 }.map { value throws(RPCError) in try WhatIf(value) }
    let agents = try await AgentDirectory(storage: Storage(request.host)).agents()
    let offset = Int(call.body["offset"]?.int ?? 0)
    let limit = Int(call.body["limit"]?.int ?? 3)
    return HTTPCall.reply(
      await Self.ranked(change, offset: offset, limit: limit) {
        LibraryShelf(agents, role: role, skills: skills, domains: domains, generated: generated)
      })
  }

  /// Off the event loop, since a large catalogue takes its time.
  @concurrent private static func ranked(_ change: WhatIf?, offset: Int, limit: Int, _ fill: @Sendable () -> LibraryShelf) async -> JSON {
    let shelf = fill()
    guard let change else { return .object(shelf.page(offset: offset, limit: limit)) }
    let changed = shelf.with(change)
    var answer = changed.page(offset: offset, limit: limit)
    answer["what_if"] = changed.changes(from: shelf, change)
    return .object(answer)
  }

  func requireProject(_ id: JSON, _ storage: Storage) async throws {
    let read = StorageRead.Selection("project", filter: [.eq("id", id)], shape: .inline(.fields("id")))
    guard try await storage.row(read) != nil else { throw HTTPCall.notFound("Project") }
  }
}
