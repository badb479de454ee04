import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import NIOCore

/// Answers whose body is a plugin's result stream, at the pace the client reads.
enum DownloadAnswer {
  /// - Parameter place: held until the last byte is out, or the client is gone.
  static func response(_ download: any PluginDownload, _ visit: Visit, _ place: TransferGate.Place) throws(RPCError) -> Response {
    let running = RunningDownload(download: download, place: place)
    let head: JSON
    do { head = try JSON(parsing: download.head) } catch { throw RPCError(.internal, "a stream began with malformed JSON") }
    let status = head["status"].int.flatMap { Int(exactly: $0) } ?? visit.route.status
    guard (200...599).contains(status) else { throw RPCError(.internal, "the method answered with the status \(status)") }
    var headers = AnswerHeaders.fields(head["headers"])
    if headers[.contentType] == nil { headers[.contentType] = "application/octet-stream" }
    let length = head["length"].int.flatMap { Int(exactly: $0) }
    guard !visit.exchange.isHead, status != 304 else {
      if visit.exchange.isHead, let length { headers[.contentLength] = "\(length)" }
      return Response(status: .init(code: status), headers: headers)
    }
    return Response(
      status: .init(code: status), headers: headers,
      body: ResponseBody(contentLength: length) { writer in
        while let chunk = try await running.download.next() { try await writer.write(ByteBuffer(bytes: chunk)) }
        try await writer.finish(nil)
      })
  }
}

/// A download until nobody wants it any more, whether its answer was written, broke off or never began.
private final class RunningDownload: Sendable {
  let download: any PluginDownload
  private let place: TransferGate.Place

  init(download: any PluginDownload, place: TransferGate.Place) {
    self.download = download
    self.place = place
  }

  deinit { download.cancel() }
}
