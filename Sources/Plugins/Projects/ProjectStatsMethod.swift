import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 9.2, stats.
@Sendable func projectStats(_ request: Request) async throws -> JSON {
  let call = try request.http
  guard let row = try await request.storage.row("project", key: call.path("id"), shape: "stats"), var stats = row.object else {
    throw HTTPCall.notFound("Project")
  }
  if stats["run_time"] == "" { stats["run_time"] = "0h" }
  if (stats["progress_total"]?.int ?? 0) == 0 { stats["progress_total"] = 100 }
  return HTTPCall.reply(.object(stats))
}
