import JSONRPC
import PluginProtocol

/// Folders and files of a project; the bytes live where `url` says. Source: contract http.md, section 9.7.
enum Files {
  static let collections = [folder, file, content]

  private static let folder = CollectionSpec(
    "folder", model: "Folder",
    fields: [
      .reference("project", to: "project").required(), .text("name", max: 200).required().with { $0.format = .segment },
      .reference("parent", to: "folder").nullable().matching("project", "project").with { $0.levelLimit = 32 }, .createdAt,
    ],
    order: ["name"],
    shapes: [
      "list": .fields("id", "name", "parent").adding(
        .path("path", parent: "parent", name: "name"), .count("file_count", collection: "file", by: "folder"), "created_at"),
      "detail": .fields("id", "project", "name", "parent").adding(
        .path("path", parent: "parent", name: "name"), .tree("children", parent: "parent"),
        .many("files", collection: "file", by: "folder", shape: "detail"), "created_at"),
    ],
    filters: ["project", "parent"])

  private static let file = CollectionSpec(
    "file", model: "File",
    fields: [
      .reference("project", to: "project").required(), .reference("folder", to: "folder").nullable().matching("project", "project"),
      .text("name", max: 200).required(),
      .choice("file_type", ["document", "image", "video", "spreadsheet", "presentation", "code", "other"], default: "other"),
      .bigint("size").with { $0.minimum = 0 }, .text("mime_type", max: 100), .text("url", max: 200).with { $0.format = .url },
      .text("thumbnail_url", max: 200).with { $0.format = .url }, .text("description"),
      .text("artifact", max: 36).readOnly().hidden(), .text("text_content").readOnly().hidden(), .createdAt, .updatedAt,
    ],
    order: ["name"], shapes: ["list": fileShape, "detail": fileShape], filters: ["project", "folder", "file_type"])

  /// The bytes of an uploaded file: here, or in a blob. A row whose file is gone, or never came, is what ``ContentSweep`` looks for.
  private static let content = CollectionSpec(
    "file_content", model: "FileContent",
    fields: [
      .reference("file", to: "file", onDelete: .null).nullable(), .text("blob", max: 300), .text("content"), .text("encoding", max: 10),
      .text("sha256", max: 64), .bigint("size"), .createdAt,
    ],
    indexes: [["file", "created_at"]])

  private static let fileShape = Shape.fields(
    "id", "project", "folder", "name", "file_type", "size", "mime_type", "url", "thumbnail_url", "description"
  )
  .adding(.path("path", parent: "folder", name: "name"), "created_at", "updated_at")

  /// Of one file.
  static let uploadByteLimit: Int64 = 256 << 20

  static let routes: [RouteSpec] = [
    .crud("/api/v1/folders/", "folder"), .crud("/api/v1/files/", "file"),
    .rpc(
      "POST", "/api/v1/files/upload/", .write, "projects.upload", status: 201, summary: "Stores a file with its bytes.",
      body: [.reference("project", to: "project").required(), .reference("folder", to: "folder").nullable()]
    ).uploading(.init(maxBytes: uploadByteLimit)).described(answer: .model("File"), statuses: [507]),
    .rpc("DELETE", "/api/v1/files/{id:int}/", .write, "projects.delete_file", status: 204, summary: "Removes a file and its bytes.")
      .described(under: "file"),
    .rpc("GET", "/api/v1/files/search/", .read, "projects.search_files", summary: "Files by part of their name.")
      .described(query: [.text("q"), inProject], answer: .array(.model("File"))),
    .rpc("GET", "/api/v1/files/previewable/", .read, "projects.previewable_files", summary: "Files a browser can show.")
      .described(query: [inProject], answer: .array(.model("File"))),
    .rpc("GET", "/api/v1/files/search-previewable/", .read, "projects.search_previewable_files", summary: "Both conditions.")
      .described(query: [.text("q"), inProject], answer: .array(.model("File"))),
    .rpc("GET", "/api/v1/files/{id:int}/download/", .read, "projects.download", raw: true, summary: "The bytes of a file."),
  ]

  private static let inProject = FieldSpec("project", .bigint)
}
