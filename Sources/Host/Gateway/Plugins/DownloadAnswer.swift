import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import NIOCore

/// Answers whose body is a plugin's result stream, at the pace the client reads.
enum DownloadAnswer {
  static func response(_ download: any PluginDownload, _ visit: Visit) throws(RPCError) -> Response {
    let head: JSON
    do { head = try JSON(parsing: download.head) } catch { throw RPCError(.internal, "a stream began with malformed JSON") }
    let status = head["status"].int.flatMap { Int(exactly: $0) } ?? visit.route.status
    guard (200...599).contains(status) else { throw RPCError(.internal, "the method answered with the status \(status)") }
    var headers = AnswerHeaders.fields(head["headers"])
    if headers[.contentType] == nil { headers[.contentType] = "application/octet-stream" }
    let length = head["length"].int.flatMap { Int(exactly: $0) }
    guard !visit.exchange.isHead, status != 304 else {
      download.cancel()
      if visit.exchange.isHead, let length { headers[.contentLength] = "\(length)" }
      return Response(status: .init(code: status), headers: headers)
    }
    return Response(
      status: .init(code: status), headers: headers,
      body: ResponseBody(contentLength: length) { writer in
        do {
          while let chunk = try await download.next() { try await writer.write(ByteBuffer(bytes: chunk)) }
          try await writer.finish(nil)
        } catch {
          download.cancel()
          throw error
        }
      })
  }
}
