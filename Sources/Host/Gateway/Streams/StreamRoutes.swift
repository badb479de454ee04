import Catalogue
import Events
import HTTPTypes
import Hummingbird
import Identity
import JSONRPC
import NIOCore
import PluginProtocol
import ServiceLifecycle

/// Live event streams (contract http.md, section 15.2).
struct StreamRoutes: Sendable {
  let plugins: any PluginCaller
  let hub: EventHub
  let methods: MethodRoutes
  let config: GatewayConfig
  let events: EventConfig
  let clock: WallClock

  func answer(_ visit: Visit, scope name: String, state method: String) async throws(Refusal) -> Response {
    let without = visit.route.spec.withoutTenant ?? "Authentication required"
    guard let tenant = visit.caller?.tenant else { throw Refusal(.unauthorized, ["error": .string(without)]) }
    let round = visit.parameters["id"]?.string
    let scope: EventScope = name == "round" ? .round(round ?? "", tenant: tenant.id) : .tenant(tenant.id)
    let params = try await methods.params(visit).params
    // First subscribe, then read: nothing falls in between.
    guard let subscription = hub.subscribe(scope) else { throw .unavailable("too_many_streams", retryAfter: 5) }
    let state: StreamState
    do throws(RPCError) {
      let bytes = try await plugins.call(method, params, visit.context(timeout: config.callTimeout))
      state = StreamState(try StreamRoutes.json(bytes))
    } catch {
      hub.unsubscribe(subscription)
      throw Refusal(error)
    }
    if visit.exchange.isHead {
      hub.unsubscribe(subscription)
      return Response(status: .ok, headers: StreamRoutes.headers)
    }
    if let replay = state.replay, let round = scope.round {
      hub.unsubscribe(subscription)
      let telling = EventReplay(
        visit: visit, plugins: plugins, round: round, tenant: tenant.id, state: state.state, request: replay,
        lastSeen: StreamRoutes.lastSeen(visit), config: events)
      return StreamRoutes.response(ResponseBody { writer in try await telling.run(&writer) })
    }
    let writing = EventWriting(
      visit: visit, plugins: plugins, hub: hub, subscription: subscription, state: state, config: events, filter: EventFilter(visit, scope),
      lastSeen: StreamRoutes.lastSeen(visit), clock: clock)
    return StreamRoutes.response(ResponseBody { writer in try await writing.run(&writer) })
  }

  private static func response(_ body: ResponseBody) -> Response { Response(status: .ok, headers: headers, body: body) }

  private static let headers: HTTPFields = [
    .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache", .accelBuffering: "no",
  ]

  /// The number a returning client saw last.
  private static func lastSeen(_ visit: Visit) -> Int64? {
    (visit.exchange.header(.lastEventID) ?? visit.exchange.query["last_event_id"]).flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  private static func json(_ bytes: [UInt8]) throws(RPCError) -> JSON {
    do { return try JSON(parsing: bytes) } catch { throw RPCError(.internal, "a stream's state is malformed") }
  }
}
