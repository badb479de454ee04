import HTTPTypes
import Hummingbird
import NIOCore

/// Answers every request with as many bytes as its path says, and does nothing else: what Hummingbird alone can do.
///
/// `HTTPBaseline PORT`; `GET /4711` answers 4 711 bytes.
@main
struct HTTPBaseline {
  static func main() async throws {
    guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
      print("usage: HTTPBaseline PORT")
      return
    }
    let application = Application(
      responder: ConstantBytes(), configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)))
    try await application.runService()
  }
}

private struct ConstantBytes: HTTPResponder {
  private static let bytes = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1 << 20)

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    let count = Int((request.head.path ?? "/").dropFirst()) ?? 0
    let body = Self.bytes.getSlice(at: 0, length: min(count, Self.bytes.readableBytes)) ?? ByteBuffer()
    return Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
  }
}
