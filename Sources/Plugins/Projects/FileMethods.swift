import JSONRPC
import PluginKit
import PluginProtocol

private let searchLimit = 500
private let previewTypes: [JSON] = ["document", "spreadsheet", "presentation"]
private let previewEndings = [".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".txt", ".md"]

/// Source: contract http.md, section 9.7.
@Sendable func searchFiles(_ request: Request) async throws -> JSON { try await findFiles(request, byName: true, previewable: false) }
@Sendable func previewableFiles(_ request: Request) async throws -> JSON { try await findFiles(request, byName: false, previewable: true) }
@Sendable func searchPreviewableFiles(_ request: Request) async throws -> JSON {
  try await findFiles(request, byName: true, previewable: true)
}

private func findFiles(_ request: Request, byName: Bool, previewable: Bool) async throws -> JSON {
  let call = try request.http
  var filter: [Condition] = []
  if let project = try call.intQuery("project") { filter.append(.eq("project", .int(project))) }
  if byName, let part = call.query("q") { filter.append(.compare(field: "name", op: .contains, value: .string(part))) }
  if previewable {
    let endings = previewEndings.map { [Condition.compare(field: "name", op: .contains, value: .string($0))] }
    filter.append(.any([[.isIn("file_type", previewTypes)]] + endings))
  }
  var rows = try await request.storage.rows(.init("file", filter: filter, order: ["name"], limit: previewable ? 1000 : searchLimit))
  if previewable { rows = rows.filter(hasPreview) }
  return HTTPCall.reply(.array(Array(rows.prefix(searchLimit))))
}

/// The ending must stand at the end; storage has only looked whether it occurs.
private func hasPreview(_ file: JSON) -> Bool {
  let name = (file["name"].string ?? "").lowercased()
  return previewTypes.contains(file["file_type"]) || previewEndings.contains { name.hasSuffix($0) }
}
