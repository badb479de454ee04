import Catalogue
import HTTPTypes
import Hummingbird
import Identity
import JSONRPC
import NIOCore
import NIOFileSystem
import NIOPosix
import PluginProtocol
import UnixTransport

/// Routes that take a file (docs/PROTOCOL.md, section 9, "upload").
extension MethodRoutes {
  /// Reads the whole form, then calls: a method sees only forms that are complete and valid.
  func upload(_ visit: Visit, _ upload: RouteSpec.Upload, method: String, context: CallContext) async throws(Refusal) -> Response {
    let upload = RouteSpec.Upload(field: upload.field, maxBytes: min(upload.maxBytes, config.uploadByteLimit))
    let length = visit.exchange.header(.contentLength).flatMap { Int64($0) }
    if let length, length > upload.maxBytes + UploadForm.overheadByteLimit { throw UploadForm.tooLarge(upload.maxBytes) }
    guard let place = uploads.enter(visit.caller?.tenant?.id ?? "") else { throw .unavailable("overloaded", retryAfter: 1) }
    defer { withExtendedLifetime(place) {} }
    do {
      return try await Spool.with(in: config.spoolDirectory) { spool in
        let form = try await read(visit.exchange, upload, &spool)
        return try await send(form, spool, visit, upload, method, context)
      }
    } catch let refusal as Refusal {
      throw refusal
    } catch let error as RPCError {
      throw Refusal(error)
    } catch let error as FileSystemError {
      throw error.code == .resourceExhausted ? .noSpace : .internalError
    } catch {
      throw Refusal(.badRequest, ["detail": "The body could not be read.", "code": "bad_body"])
    }
  }

  /// Clients get the time of a body, and more for what is long: 32 KiB a second at least.
  private func read(_ exchange: Exchange, _ upload: RouteSpec.Upload, _ spool: inout Spool) async throws -> UploadForm {
    let timeout = config.bodyTimeout + .seconds(upload.maxBytes / (32 << 10))
    let begun = spool
    let read = try await MultiThreadedEventLoopGroup.singleton.any().limiting(timeout) {
      var (form, spool) = (UploadForm(upload), begun)
      try await form.read(exchange, into: &spool)
      return (form, spool)
    }
    guard let read else { throw Refusal(.requestTimeout, ["detail": "The body took too long.", "code": "body_timeout"]) }
    spool = read.1
    return read.0
  }

  private func send(
    _ form: UploadForm, _ spool: Spool, _ visit: Visit, _ upload: RouteSpec.Upload, _ method: String, _ context: CallContext
  ) async throws -> Response {
    guard let name = form.fileName else { throw UploadForm.invalid(upload.field, "No file was submitted.") }
    let fields = try MethodRoutes.values(form.fields, visit.route.body ?? [], visit)
    let file: JSON = [
      "name": .string(name), "content_type": .string(form.contentType), "size": .int(spool.size), "sha256": .string(spool.sha256),
    ]
    let params = params(visit, body: JSON.object(fields).bytes, query: try MethodRoutes.query(visit), ["file": file, "stream": true])
    return try MethodAnswer(JSONSlice(try await plugins.upload(method, params, context, chunks: spool.chunks)), visit).response
  }
}

extension Refusal {
  fileprivate static let noSpace = Refusal(
    .init(code: 507), ["error": "There is no space left for the file.", "code": "storage_full"])
}
