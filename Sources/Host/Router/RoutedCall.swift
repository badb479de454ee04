import JSONRPC
import NIOCore
import PluginProtocol
import UnixTransport

/// A call on its way through the router.
final class RoutedCall {
  /// Who hears of it.
  enum Origin {
    case host(@Sendable (CallEvent) -> Void)
    /// A request of a plugin, under its id on that connection.
    case plugin(LinkID, request: Int64)
  }

  let method: MethodName
  let params: ByteBuffer
  let origin: Origin
  /// The plugin chosen to serve it.
  let plugin: String
  let started: NIODeadline
  var meta: CallMeta
  /// Where it was sent, and under which id there; nil while it waits.
  var sent: (link: LinkID, id: Int64)?
  /// When it was sent last.
  var left: NIODeadline
  var attempts = 0
  /// Known once it was sent.
  var isRepeatable = false
  /// Bytes or progress have passed: it can no longer be repeated unnoticed.
  var hasStreamed = false
  /// Chunks that came while it waited; bounded by the sender's credit.
  var held: [StreamMessage] = []
  /// Its answer is thrown away: an injected fault.
  var losesAnswer = false
  /// Ends the wait in the queue.
  var timer: Scheduled<Void>?

  init(_ method: MethodName, params: ByteBuffer, meta: CallMeta, origin: Origin, plugin: String) {
    self.method = method
    self.params = params
    self.meta = meta
    self.origin = origin
    self.plugin = plugin
    started = .now()
    left = started
  }

  /// How often a call is sent before it counts as what kills its plugin.
  static let attemptLimit = 3

  /// Whose turn in the queue it takes.
  var tenant: String { meta.tenant ?? "" }

  /// Takes over what its method's description says, before it is sent.
  ///
  /// - Returns: the chunks held back so far, to be sent behind it.
  func prepare(for spec: MethodSpec) -> [StreamMessage] {
    meta.deadline = min(meta.deadline, started + .milliseconds(Int64(spec.timeoutMilliseconds)))
    if spec.mutating, meta.operationID == nil { meta.operationID = UUIDText.random() }
    isRepeatable = spec.idempotent || spec.mutating
    attempts += 1
    defer { held = [] }
    if !held.isEmpty { hasStreamed = true }
    return held
  }
}
