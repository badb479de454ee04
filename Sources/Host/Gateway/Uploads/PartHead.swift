import Catalogue

/// The head of one part of a multipart form (RFC 7578, section 4).
struct PartHead: Equatable, Sendable {
  let name: String
  /// As the client names it; nil = an ordinary field.
  let fileName: String?
  let contentType: String?

  /// - Parameter bytes: the header lines, without the empty one.
  /// - Returns: nil when they do not name a field.
  init?(_ bytes: some Collection<UInt8>) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var disposition: HeaderParameters?
    var type: String?
    for line in text.split(separator: "\r\n") {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = String(line[line.index(after: colon)...]).trimmed
      switch String(line[..<colon]).lowercased() {
      case "content-disposition": disposition = HeaderParameters(value)
      case "content-type": type = value
      default: break
      }
    }
    guard let disposition, disposition.value == "form-data", let name = disposition["name"] else { return nil }
    self.name = name
    fileName = disposition["filename*"].flatMap(PartHead.extended) ?? disposition["filename"]
    contentType = type
  }

  /// `UTF-8''na%C3%AFve.txt` (RFC 8187).
  private static func extended(_ text: String) -> String? {
    let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
    return PercentCoding.decode(parts[2])
  }
}
