import Catalogue
import JSONRPC
import Synchronization

/// Plugins whose every answer a test writes down: for shapes of failure that real ones do not show on demand.
final class FakePlugins: PluginCaller {
  struct Call: Sendable {
    let method: String
    let params: JSON
    let context: CallContext
  }

  typealias Answer = @Sendable (Call) throws(RPCError) -> JSON

  private let answers: Mutex<[String: Answer]>
  private let seen = Mutex<[Call]>([])
  private let hanging = Mutex<(methods: Set<String>, abandoned: [String])>(([], []))

  init(_ answers: [String: Answer] = [:]) { self.answers = Mutex(answers) }

  var calls: [Call] { seen.withLock { $0 } }

  /// Calls that were cancelled while they hung.
  var abandoned: [String] { hanging.withLock { $0.abandoned } }

  /// Answers nothing from now on.
  func hang(_ method: String) { _ = hanging.withLock { $0.methods.insert(method) } }

  func on(_ method: String, _ answer: @escaping Answer) { answers.withLock { $0[method] = answer } }

  func call(_ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError) -> [UInt8] {
    guard let json = try? JSON(parsing: params) else { throw RPCError(.parse, "the gateway sent malformed params") }
    let call = Call(method: method, params: json, context: context)
    seen.withLock { $0.append(call) }
    if hanging.withLock({ $0.methods.contains(method) }) {
      let (endless, source) = AsyncStream.makeStream(of: Never.self)
      for await _ in endless {}
      source.finish()
      hanging.withLock { $0.abandoned.append(method) }
      throw RPCError(.cancelled, "cancelled")
    }
    guard let answer = answers.withLock({ $0[method] }) else { throw RPCError(.unavailable, "nothing serves \(method)") }
    return try answer(call).bytes
  }

  func upload(
    _ method: String, _ params: [UInt8], _ context: CallContext, chunks: some AsyncSequence<[UInt8], any Error> & Sendable
  ) async throws(RPCError) -> [UInt8] {
    throw RPCError(.unavailable, "no uploads here")
  }

  func download(_ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError) -> any PluginDownload {
    let reply = try JSONSlice(await call(method, params, context)).json.object ?? [:]
    return FakeDownload(head: reply["head"]?.bytes ?? [], chunks: (reply["chunks"]?.array ?? []).compactMap(\.string))
  }
}

extension JSONSlice {
  fileprivate var json: JSON { (try? json()) ?? .null }
}

final class FakeDownload: PluginDownload {
  let head: [UInt8]
  private let chunks: Mutex<[String]>

  init(head: [UInt8], chunks: [String]) {
    self.head = head
    self.chunks = Mutex(chunks)
  }

  func next() async throws(RPCError) -> [UInt8]? {
    chunks.withLock { $0.isEmpty ? nil : Array($0.removeFirst().utf8) }
  }

  func cancel() {}
}
