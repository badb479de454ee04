/// What kind of file it is: by what the client says and, where that says nothing, by its name's ending.
struct ContentKind: Equatable {
  let mimeType: String
  /// `document` `image` `video` `spreadsheet` `presentation` `code` `other`. Source: contract http.md, section 9.7.
  let fileType: String

  static let unknown = "application/octet-stream"

  init(_ name: FileName, said: String) {
    let known = ContentKind.endings[name.ending]
    let type = ContentKind.type(said)
    mimeType = type ?? known?.mime ?? ContentKind.unknown
    fileType = known?.kind ?? ContentKind.kind(of: mimeType)
  }

  /// Whether its bytes are meant to be read as text.
  var isText: Bool {
    mimeType.hasPrefix("text/") || mimeType.hasSuffix("+json") || mimeType.hasSuffix("+xml") || ContentKind.texts.contains(mimeType)
      || fileType == "code"
  }

  /// The type without parameters; nil for what is none, or says nothing.
  private static func type(_ said: String) -> String? {
    let type = (said.split(separator: ";").first ?? "").filter { $0 != " " }.lowercased()
    let parts = type.split(separator: "/", omittingEmptySubsequences: false)
    guard type.utf8.count <= 100, parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isTokenByte) }), type != unknown
    else { return nil }
    return type
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "!#$&-^_.+".utf8.contains(byte)
    }
  }

  private static func kind(of mime: String) -> String {
    if mime.hasPrefix("image/") { return "image" }
    if mime.hasPrefix("video/") { return "video" }
    if mime.hasPrefix("text/") || mime == "application/pdf" { return "document" }
    return "other"
  }

  private static let texts: Set<String> = [
    "application/json", "application/xml", "application/javascript", "application/x-yaml", "application/yaml", "application/toml",
    "application/sql", "application/x-sh", "application/x-ndjson",
  ]

  private static let office = "application/vnd.openxmlformats-officedocument"

  private static let endings: [String: (mime: String, kind: String)] = {
    var table: [String: (mime: String, kind: String)] = [
      "txt": ("text/plain", "document"), "md": ("text/markdown", "document"), "log": ("text/plain", "document"),
      "rst": ("text/plain", "document"), "pdf": ("application/pdf", "document"), "doc": ("application/msword", "document"),
      "docx": ("\(office).wordprocessingml.document", "document"), "odt": ("application/vnd.oasis.opendocument.text", "document"),
      "rtf": ("application/rtf", "document"), "csv": ("text/csv", "spreadsheet"), "tsv": ("text/tab-separated-values", "spreadsheet"),
      "xls": ("application/vnd.ms-excel", "spreadsheet"), "xlsx": ("\(office).spreadsheetml.sheet", "spreadsheet"),
      "ods": ("application/vnd.oasis.opendocument.spreadsheet", "spreadsheet"),
      "ppt": ("application/vnd.ms-powerpoint", "presentation"), "pptx": ("\(office).presentationml.presentation", "presentation"),
      "odp": ("application/vnd.oasis.opendocument.presentation", "presentation"), "png": ("image/png", "image"),
      "jpg": ("image/jpeg", "image"), "jpeg": ("image/jpeg", "image"), "gif": ("image/gif", "image"), "webp": ("image/webp", "image"),
      "svg": ("image/svg+xml", "image"), "bmp": ("image/bmp", "image"), "mp4": ("video/mp4", "video"), "webm": ("video/webm", "video"),
      "mov": ("video/quicktime", "video"), "html": ("text/html", "code"), "htm": ("text/html", "code"), "css": ("text/css", "code"),
      "js": ("text/javascript", "code"), "jsx": ("text/javascript", "code"), "ts": ("text/typescript", "code"),
      "tsx": ("text/typescript", "code"), "json": ("application/json", "code"), "yaml": ("text/yaml", "code"),
      "yml": ("text/yaml", "code"), "xml": ("application/xml", "code"), "py": ("text/x-python", "code"), "sql": ("text/x-sql", "code"),
    ]
    for ending in ["c", "cpp", "cs", "go", "h", "java", "kt", "php", "rb", "rs", "scss", "sh", "swift", "toml", "vue"] {
      table[ending] = ("text/plain", "code")
    }
    return table
  }()
}
