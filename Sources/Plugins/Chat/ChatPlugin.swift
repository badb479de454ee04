import JSONRPC
import ModelKit
import PluginKit
import PluginProtocol
import UnixTransport

/// The Assistant Agent, and the router that every model call goes through.
@main
struct ChatPlugin: Plugin {
  static let name = "hivecore-chat"
  static let version = "1.0.0"

  private let router: ModelRouter
  private let chat: ChatService
  private let abandoned: AsyncStream<TokenBudgets.Hold>
  private let start: PluginStart

  init(start: PluginStart) throws {
    let config: RouterConfig
    do { config = try RouterConfig(start.config) } catch { throw PluginExit.configuration(error.description) }
    let (stream, continuation) = AsyncStream.makeStream(of: TokenBudgets.Hold.self, bufferingPolicy: .bufferingNewest(10_000))
    router = ModelRouter(
      caller: ModelCaller(config: config, log: start.log),
      budgets: TokenBudgets(clock: SystemTime.microseconds), abandoned: continuation, log: start.log)
    chat = ChatService(router: router)
    abandoned = stream
    self.start = start
  }

  var methods: [Method] {
    [
      Method("models.complete") { [router] request in try await Self.complete(request, router) },
      Method("models.list") { [router] request in try await ModelList.list(request, router.config) },
      Method("chat.send") { [chat] request in try await chat.send(request) },
      Method("chat.stream") { [chat] request in try await chat.stream(request) },
      Method("chat.extract") { [chat] request in try await chat.extract(request) },
    ]
  }

  private static func complete(_ request: Request, _ router: ModelRouter) async throws -> JSON {
    let call = try ModelCall(request.params)
    guard call.wantsDeltas else { return try await router.complete(call, for: request) }
    return try await router.complete(call, for: request, listen: { delta in try await request.send(delta.line) })
  }

  /// Gives back what cancelled calls held; their own requests are over.
  func run() async throws {
    for await hold in abandoned {
      do {
        try await router.budgets.release(hold, Storage(start.host, system: true))
      } catch {
        start.log.warning("held tokens not given back", ["code": error.applicationCode ?? "\(error.code.rawValue)"])
      }
    }
  }
}
