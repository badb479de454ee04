import Catalogue
import HTTPTypes
import Hummingbird
import Identity
import JSONRPC
import Logging
import PluginProtocol

/// Answers every request: finds the route, the caller, and who serves it (contract http.md, section 1, "order of checks").
struct GatewayResponder: HTTPResponder {
  let config: GatewayConfig
  let catalogue: LiveCatalogue
  let identity: IdentityService
  let collections: CollectionRoutes
  let methods: MethodRoutes
  let streams: StreamRoutes
  let system: SystemRoutes
  let departures: Departures
  let cors: CORSPolicy
  let log: AccessLog
  let throttle: RequestThrottle
  let hosts: HostRule
  let metrics: RequestMetrics

  func respond(to request: Request, context: GatewayContext) async throws -> Response {
    let began = ContinuousClock.now
    let exchange = Exchange(
      request, remoteAddress: context.remoteAddress, departure: departures.departure(of: context.channel), config: config)
    var response: Response
    do throws(Refusal) {
      response = try await answer(exchange)
    } catch {
      response = Response(error)
    }
    if exchange.isHead { response = response.createHeadResponse() }
    response.headers[.requestID] = exchange.requestID
    response.headers[.frameOptions] = "DENY"
    response.headers[.contentTypeOptions] = "nosniff"
    response.headers[.referrerPolicy] = "same-origin"
    response.headers[.openerPolicy] = "same-origin"
    for field in cors.headers(request.head) { response.headers[field.name] = field.value }
    if exchange.bodyState != .read { await Leftover.settle(exchange, &response, context.channel) }
    let duration = .now - began
    log.write(exchange, response.status, duration)
    metrics.count(request.method, response.status, duration)
    return response
  }

  private func answer(_ exchange: Exchange) async throws(Refusal) -> Response {
    let snapshot = catalogue.snapshot
    guard let segments = exchange.segments, let match = snapshot.table.match(segments) else { throw .notFound }
    let route = match.routes[exchange.method]
    let isProbe = route.map { SystemRoutes.isProbe($0) } ?? false
    if !isProbe { try hosts.check(exchange) }
    if exchange.method == "OPTIONS" { return Response(status: .ok, headers: [.allow: GatewayResponder.allow(match)]) }
    if exchange.method == "GET", !exchange.endsInSlash, SystemRoutes.needsSlash(route) { return GatewayResponder.slashed(exchange) }
    if !isProbe { try throttle.admit(address: exchange.address) }
    let caller = try await caller(exchange, match, route)
    if let tenant = caller?.tenant {
      try throttle.admit(tenant: tenant.id)
      try hosts.check(exchange, tenant: tenant.slug)
    }
    guard let route else { throw .methodNotAllowed(exchange.request.method.rawValue, allow: GatewayResponder.allow(match)) }
    let visit = Visit(exchange: exchange, route: route, match: match, caller: caller, snapshot: snapshot)
    // To pass on the bytes of a row takes microseconds: the connection's event loop bears that. Everything else may take its time.
    if case .collection(let target) = route.target, target.action == .show { return try await serve(visit) }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(Refusal) in try await serve(visit) }
  }

  private func serve(_ visit: Visit) async throws(Refusal) -> Response {
    switch visit.route.target {
    case .collection(let target): return try await collections.answer(visit, target)
    case .stream(let scope, let state): return try await streams.answer(visit, scope: scope, state: state)
    case .rpc(let method, let isRaw):
      guard visit.route.plugin == HTTPGateway.contributor else { return try await methods.answer(visit, method: method, isRaw: isRaw) }
      if method.hasPrefix("\(SystemRoutes.capability).") { return try await system.answer(visit, method) }
      return try await identityAnswer(visit, method)
    }
  }

  /// Who calls, if the route is open to them. A missing method is hidden from visitors like the rest of a protected path.
  private func caller(_ exchange: Exchange, _ match: RouteMatch, _ route: MountedRoute?) async throws(Refusal) -> Caller? {
    if let route, route.plugin == HTTPGateway.contributor, GatewayResponder.looksAtNoCredentials(route) { return nil }
    let isPublicPath = match.routes.values.allSatisfy { $0.permission == .public }
    let needed = route?.permission ?? (isPublicPath ? .public : .read)
    let isStream = if case .stream = route?.target { true } else { false }
    let credentials = Credentials(
      authorization: exchange.header(.authorization), apiKey: exchange.header(.apiKey),
      queryToken: isStream ? exchange.query["token"].flatMap { $0.isEmpty ? nil : $0 } : nil)
    let caller: Caller?
    do throws(RPCError) {
      caller = try await identity.authenticator.authenticate(credentials, requestID: exchange.requestID)
    } catch {
      throw Refusal(error)
    }
    if needed != .public, caller == nil { throw needed == .ingest ? .ingestNotAuthenticated : .notAuthenticated }
    if let caller, route != nil, !caller.may(needed) { throw .forbidden }
    return caller
  }

  private static func looksAtNoCredentials(_ route: MountedRoute) -> Bool {
    guard case .rpc(let method, _) = route.target else { return false }
    if IdentityRoutes.withoutCredentials.contains(method) { return true }
    return method.hasPrefix("\(SystemRoutes.capability).") && route.permission == .public
  }

  private func identityAnswer(_ visit: Visit, _ method: String) async throws(Refusal) -> Response {
    var body: JSONObject = [:]
    if let fields = visit.route.body {
      let json = try await JSONBody.read(visit.exchange, limit: config.bodyByteLimit, timeout: config.bodyTimeout).json
      let object: JSONObject
      do { object = try BodyValidation.object(json) } catch { throw .invalid(error) }
      body = try MethodRoutes.values(object, fields, visit)
    }
    let request = IdentityRequest(
      path: visit.parameters, body: body, caller: visit.caller, address: visit.exchange.address, requestID: visit.exchange.requestID)
    do throws(RPCError) {
      let reply = try await identity.answer(method, request)
      let status = HTTPResponse.Status(code: reply.status ?? visit.route.status)
      return reply.body.map { .json(status, $0) } ?? Response(status: status)
    } catch {
      throw Refusal(error)
    }
  }

  private static func slashed(_ exchange: Exchange) -> Response {
    let parts = (exchange.request.head.path ?? "").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let location = "\(exchange.path)/" + (parts.count == 2 ? "?\(parts[1])" : "")
    return Response(status: .movedPermanently, headers: [.location: location])
  }

  private static func allow(_ match: RouteMatch) -> String {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter { match.routes[$0] != nil }
    return (known + (match.routes["GET"] == nil ? [] : ["HEAD"]) + ["OPTIONS"]).joined(separator: ", ")
  }
}
