/// What a delivered file is, by its name. Source: contract http.md, section 16; data-model.md, api_file.
struct FileKind: Sendable, Equatable {
  /// For the artifact: code, config, document, test, style, asset or other.
  let artifactType: String
  let language: String
  let contentType: String
  /// For the file row: document, image, code or other.
  let fileType: String

  init(_ path: WorkspacePath) {
    let row = FileKind.table[path.fileExtension] ?? ("other", "", "application/octet-stream", "other")
    let isTest = path.components.contains { ["tests", "test", "checks", "spec"].contains($0.lowercased()) }
    artifactType = isTest && row.artifact == "code" ? "test" : row.artifact
    language = row.language
    contentType = row.contentType
    fileType = row.file
  }

  private static let table: [String: (artifact: String, language: String, contentType: String, file: String)] = [
    "c": ("code", "c", "text/plain", "code"), "css": ("style", "css", "text/css", "code"), "go": ("code", "go", "text/plain", "code"),
    "htm": ("code", "html", "text/html", "code"), "html": ("code", "html", "text/html", "code"),
    "java": ("code", "java", "text/plain", "code"), "js": ("code", "javascript", "text/javascript", "code"),
    "json": ("config", "json", "application/json", "code"), "jsx": ("code", "javascript", "text/javascript", "code"),
    "md": ("document", "markdown", "text/markdown", "document"), "py": ("code", "python", "text/x-python", "code"),
    "rs": ("code", "rust", "text/plain", "code"), "scss": ("style", "scss", "text/plain", "code"),
    "sh": ("code", "shell", "text/plain", "code"),
    "sql": ("code", "sql", "text/x-sql", "code"), "svg": ("asset", "svg", "image/svg+xml", "image"),
    "swift": ("code", "swift", "text/plain", "code"), "toml": ("config", "toml", "text/plain", "code"),
    "ts": ("code", "typescript", "text/typescript", "code"), "tsx": ("code", "typescript", "text/typescript", "code"),
    "txt": ("document", "", "text/plain", "document"), "vue": ("code", "vue", "text/plain", "code"),
    "xml": ("config", "xml", "text/plain", "code"), "yaml": ("config", "yaml", "text/yaml", "code"),
    "yml": ("config", "yaml", "text/yaml", "code"),
    "gif": ("asset", "", "image/gif", "image"), "jpg": ("asset", "", "image/jpeg", "image"), "png": ("asset", "", "image/png", "image"),
    "webp": ("asset", "", "image/webp", "image"),
  ]
}
