import JSONRPC
import PluginKit
import PluginProtocol

extension SelectionPlugin {
  /// `POST /projects/{id}/rank-agents/`. Source: contract http.md, section 17.
  @Sendable func rankAgents(_ request: Request) async throws -> JSON {
    let call = HTTPCall(try request.params)
    try await requireProject(call, Storage(request.host))
    let role = call.body["role"]?.string ?? ""
    let skills = try LibraryBody.texts(call.body["skills"], field: "skills")
    let domains = try LibraryBody.texts(call.body["domains"], field: "domains")
    let agents = try await AgentDirectory(storage: Storage(request.host)).agents()
    let shelf = await Self.shelf(agents, role, skills, domains, generated: call.body["metaso_spec"]?.object)
    let page = shelf.page(offset: Int(call.body["offset"]?.int ?? 0), limit: Int(call.body["limit"]?.int ?? 3))
    return HTTPCall.reply([
      "candidates": .array(page.candidates), "has_more": .bool(page.hasMore), "threshold_reached": .bool(page.thresholdReached),
    ])
  }

  @concurrent private static func shelf(
    _ agents: [CatalogueAgent], _ role: String, _ skills: [String], _ domains: [String], generated: JSONObject?
  ) async -> LibraryShelf {
    LibraryShelf(agents, role: role, skills: skills, domains: domains, generated: generated)
  }

  func requireProject(_ call: HTTPCall, _ storage: Storage) async throws {
    let read = StorageRead.Selection("project", filter: [.eq("id", call.path("id"))], shape: .inline(.fields("id")))
    guard try await storage.row(read) != nil else { throw HTTPCall.notFound("Project") }
  }
}
