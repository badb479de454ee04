import HTTPTypes
import Hummingbird
import JSONRPC
import NIOCore

extension Response {
  /// An answer whose body is finished JSON.
  static func json(_ status: HTTPResponse.Status, _ bytes: some Sequence<UInt8>, headers: HTTPFields = [:]) -> Response {
    var headers = headers
    if headers[.contentType] == nil { headers[.contentType] = "application/json" }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  static func json(_ status: HTTPResponse.Status, _ json: JSON, headers: HTTPFields = [:]) -> Response {
    .json(status, json.bytes, headers: headers)
  }

  static func text(_ status: HTTPResponse.Status, _ type: String, _ text: String) -> Response {
    Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  static let noContent = Response(status: .noContent)

  init(_ refusal: Refusal) {
    self = .json(refusal.status, refusal.body, headers: refusal.headers)
    if refusal.status == .unauthorized, headers[.wwwAuthenticate] == nil { headers[.wwwAuthenticate] = "Bearer" }
  }
}
