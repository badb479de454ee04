import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 9.2, file-tree: the root folders with all that is below them, and the files of no folder.
@Sendable func fileTree(_ request: Request) async throws -> JSON {
  let call = try request.http
  try await requireProject(request, call)
  let ofProject: [Condition] = [.eq("project", call.path("id"))]
  let answer = try await request.storage.read(
    .many([
      .select(.init("folder", filter: ofProject + [.isNull("parent")], limit: StorageRead.rowLimit)),
      .select(.init("file", filter: ofProject + [.isNull("folder")], limit: StorageRead.rowLimit)),
      .count(collection: "file", filter: ofProject),
    ]))["results"]
  return HTTPCall.reply(["total_files": answer[2]["count"], "folders": answer[0]["rows"], "root_files": answer[1]["rows"]])
}
