import HTTPTypes
import Hummingbird
import JSONRPC
import NIOCore
import PluginProtocol

/// A multipart form with one file, read to its end: its fields in memory, its file in a spool.
struct UploadForm: Sendable {
  /// Texts, as sent.
  private(set) var fields: JSONObject = [:]
  private(set) var fileName: String?
  private(set) var contentType = ""

  static let partLimit = 32
  static let fieldByteLimit = 64 << 10
  /// What a form may have beside its file.
  static let overheadByteLimit: Int64 = 1 << 20

  private let upload: RouteSpec.Upload
  private var current: PartHead?
  private var partCount = 0
  private var field: [UInt8] = []

  init(_ upload: RouteSpec.Upload) { self.upload = upload }

  /// - Throws: 415, 400 or 413.
  mutating func read(_ exchange: Exchange, into spool: inout Spool) async throws {
    let type = exchange.header(.contentType) ?? ""
    guard let header = HeaderParameters(type), header.value == "multipart/form-data" else { throw Refusal.unsupportedMediaType(type) }
    guard let boundary = header["boundary"], var reader = MultipartReader(boundary: boundary) else {
      throw UploadForm.malformed("Invalid boundary")
    }
    var total: Int64 = 0
    for try await buffer in exchange.body {
      total += Int64(buffer.readableBytes)
      guard total <= upload.maxBytes + UploadForm.overheadByteLimit else { throw UploadForm.tooLarge(upload.maxBytes) }
      reader.feed(buffer.readableBytesView)
      while let event = try UploadForm.next(&reader) { try await take(event, &spool) }
    }
    guard reader.isDone else { throw UploadForm.malformed("the last boundary is missing") }
    exchange.bodyWasRead()
  }

  private static func next(_ reader: inout MultipartReader) throws -> MultipartReader.Event? {
    do { return try reader.next() } catch { throw malformed(error.message) }
  }

  private mutating func take(_ event: MultipartReader.Event, _ spool: inout Spool) async throws {
    switch event {
    case .part(let head):
      partCount += 1
      guard partCount <= UploadForm.partLimit else { throw UploadForm.malformed("more than \(UploadForm.partLimit) parts") }
      if head.fileName != nil {
        guard head.name == upload.field else { throw UploadForm.invalid(head.name, "A file is not expected here.") }
        guard fileName == nil else { throw UploadForm.invalid(head.name, "Only one file is expected.") }
        fileName = head.fileName
        contentType = head.contentType ?? ""
      }
      current = head
      field = []
    case .bytes(let bytes) where current?.fileName != nil:
      guard spool.size + Int64(bytes.count) <= upload.maxBytes else { throw UploadForm.tooLarge(upload.maxBytes) }
      try await spool.append(bytes)
    case .bytes(let bytes):
      field += bytes
      guard field.count <= UploadForm.fieldByteLimit else {
        throw UploadForm.invalid(current?.name ?? "", "Ensure this field has no more than \(UploadForm.fieldByteLimit) bytes.")
      }
    case .endOfPart:
      guard let head = current, head.fileName == nil else { return }
      guard let text = String(validating: field, as: UTF8.self) else { throw UploadForm.invalid(head.name, "Not a valid string.") }
      guard head.name != upload.field else {
        throw UploadForm.invalid(head.name, "The submitted data was not a file. Check the encoding type on the form.")
      }
      fields[head.name] = .string(text)
    }
  }

  static func tooLarge(_ limit: Int64) -> Refusal {
    Refusal(.contentTooLarge, ["detail": .string("The file is larger than \(limit) bytes."), "code": "file_too_large"])
  }

  static func malformed(_ reason: String) -> Refusal {
    Refusal(.badRequest, ["detail": .string("Multipart form parse error - \(reason)")])
  }

  static func invalid(_ field: String, _ message: String) -> Refusal {
    Refusal(.badRequest, .object([field: [.string(message)]]))
  }
}
