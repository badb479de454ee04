import JSONRPC
import PluginKit
import PluginProtocol

/// Source: contract http.md, section 9.2, file-tree. Two reads, the tree is built in memory.
@Sendable func fileTree(_ request: Request) async throws -> JSON {
  let call = try request.http
  try await requireProject(request, call)
  let ofProject: [Condition] = [.eq("project", call.path("id"))]
  let folderShape = Shape.fields("id", "project", "name", "parent", "created_at").adding(.path("path", parent: "parent", name: "name"))
  let answer = try await request.storage.read(
    .many([
      .select(.init("folder", filter: ofProject, limit: 1000, shape: .inline(folderShape))),
      .select(.init("file", filter: ofProject, limit: 1000)),
      .count(collection: "file", filter: ofProject),
    ]))["results"]
  let tree = FolderTree(folders: answer[0]["rows"].array ?? [], files: answer[1]["rows"].array ?? [])
  return HTTPCall.reply(["total_files": answer[2]["count"], "folders": .array(tree.roots), "root_files": .array(tree.files(in: .null))])
}

/// Folders and files of one project, nested. A folder that is its own ancestor is shown nowhere.
struct FolderTree {
  private let foldersByParent: [JSON: [JSON]]
  private let filesByFolder: [JSON: [JSON]]

  init(folders: [JSON], files: [JSON]) {
    foldersByParent = Dictionary(grouping: folders) { $0["parent"] }
    filesByFolder = Dictionary(grouping: files) { $0["folder"] }
  }

  var roots: [JSON] { children(of: .null) }

  func files(in folder: JSON) -> [JSON] { filesByFolder[folder] ?? [] }

  private func children(of parent: JSON) -> [JSON] {
    (foldersByParent[parent] ?? []).map { folder in
      let nested: JSONObject = ["children": .array(children(of: folder["id"])), "files": .array(files(in: folder["id"]))]
      return .object((folder.object ?? [:]).merging(nested))
    }
  }
}
