import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOPosix

/// The same bytes through gRPC on a Unix socket: two processes, one connection, one event loop each, no TLS and no Protocol Buffers.
enum GRPCEcho {
  static let method = MethodDescriptor(fullyQualifiedService: "benchmark.Echo", method: "Say")

  /// Serves until it is killed.
  static func serve(path: String) async throws {
    let transport = HTTP2ServerTransport.Posix(
      address: .unixDomainSocket(path: path), transportSecurity: .plaintext, eventLoopGroup: .init(numberOfThreads: 1))
    try await GRPCServer(transport: transport, services: [Service()]).serve()
  }

  /// Runs the body with a call to the server at `path`.
  static func withCall(path: String, _ body: (@escaping @Sendable () async throws -> Void) async throws -> Void) async throws {
    let transport = try HTTP2ClientTransport.Posix(
      target: .unixDomainSocket(path: path), transportSecurity: .plaintext, eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: 1))
    let message = Array(RPCBenchmark.body.utf8)
    try await withGRPCClient(transport: transport) { client in
      try await body {
        let count = try await client.unary(
          request: ClientRequest(message: message), descriptor: method, serializer: Bytes(), deserializer: Bytes(), options: .defaults
        ) { try $0.message.count }
        precondition(count == message.count, "an echo has the bytes of its request")
      }
    }
  }

  private struct Service: RegistrableRPCService {
    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
      router.registerHandler(forMethod: method, deserializer: Bytes(), serializer: Bytes()) { request, _ in
        StreamingServerResponse(single: ServerResponse(message: try await ServerRequest(stream: request).message))
      }
    }
  }

  /// Messages as they are.
  private struct Bytes: MessageSerializer, MessageDeserializer {
    func serialize<Out: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Out { Out(message) }

    func deserialize<In: GRPCContiguousBytes>(_ bytes: In) throws -> [UInt8] { bytes.withUnsafeBytes { unsafe Array($0) } }
  }
}
