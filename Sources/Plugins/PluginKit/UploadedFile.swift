public import JSONRPC

/// A file that came with a form: all of it is there before the method is called, and its bytes follow as the request's stream.
public struct UploadedFile: Sendable, Equatable {
  /// As the client wrote it: it may be anything, also a path.
  public let name: String
  /// As the client says; empty when it does not.
  public let contentType: String
  /// In bytes.
  public let size: Int64
  /// Of its bytes, lower-case hexadecimal.
  public let sha256: String

  /// - Returns: nil when the request has no file.
  public init?(json: JSON) {
    guard let name = json["name"].string, let size = json["size"].int, let sha256 = json["sha256"].string else { return nil }
    self.name = name
    self.size = size
    self.sha256 = sha256
    contentType = json["content_type"].string ?? ""
  }
}
