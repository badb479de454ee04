package import JSONRPC

/// What the host's rooms need of the router: calling a capability with bytes and getting bytes.
///
/// `params` and the result are one JSON object each, already well-formed; nobody on the way decodes them.
package protocol PluginCaller: Sendable {
  func call(_ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError) -> [UInt8]

  /// Sends `chunks` as the params stream of the call (docs/PROTOCOL.md, section 4).
  func upload(
    _ method: String, _ params: [UInt8], _ context: CallContext, chunks: some AsyncSequence<[UInt8], any Error> & Sendable
  ) async throws(RPCError) -> [UInt8]

  /// Calls a method whose result is a stream; returns at its first bytes, or at its end when there are none.
  func download(_ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError) -> any PluginDownload
}

/// A result stream that is read by its consumer's pace: bytes not asked for give no credit to the sender.
package protocol PluginDownload: Sendable {
  /// The JSON object the method sent by `$/progress` before its first byte, else its result.
  var head: [UInt8] { get }

  /// The next bytes, or nil at the end of a stream that succeeded.
  func next() async throws(RPCError) -> [UInt8]?

  /// Nobody reads on: the call is cancelled.
  func cancel()
}

extension PluginCaller {
  /// Calls with a JSON value and parses the answer: for calls that are not on the hot path.
  package func call(_ method: String, _ params: JSON, _ context: CallContext) async throws(RPCError) -> JSON {
    let bytes = try await call(method, params.bytes, context)
    do {
      return try JSON(parsing: bytes)
    } catch {
      throw RPCError(.internal, "\(method) answered malformed JSON: \(error)")
    }
  }
}
