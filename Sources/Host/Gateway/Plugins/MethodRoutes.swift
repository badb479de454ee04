import Catalogue
import HTTPTypes
import Hummingbird
import Identity
import JSONRPC
import NIOCore
import PluginProtocol

/// Routes that an RPC method of a plugin answers (docs/PROTOCOL.md, section 9).
struct MethodRoutes: Sendable {
  let plugins: any PluginCaller
  let config: GatewayConfig
  let clock: WallClock
  let uploads: TransferGate
  private let downloads: TransferGate

  init(plugins: any PluginCaller, config: GatewayConfig, clock: WallClock) {
    self.plugins = plugins
    self.config = config
    self.clock = clock
    uploads = TransferGate(limit: config.transferLimit, tenantLimit: config.tenantTransferLimit)
    downloads = TransferGate(limit: config.transferLimit, tenantLimit: config.tenantTransferLimit)
  }

  func answer(_ visit: Visit, method: String, isRaw: Bool) async throws(Refusal) -> Response {
    if let text = visit.route.spec.withoutTenant, visit.caller?.tenant == nil { throw Refusal(.unauthorized, ["error": .string(text)]) }
    do throws(Refusal) {
      return try await reply(visit, method, isRaw)
    } catch {
      guard error.status == .notFound, visit.route.spec.deniesForeign, try await isForeign(visit) else { throw error }
      throw .accessDenied
    }
  }

  private func reply(_ visit: Visit, _ method: String, _ isRaw: Bool) async throws(Refusal) -> Response {
    if visit.match.isBeyondReach { throw .notFound }
    let mutates = visit.snapshot.methods[method]?.mutating ?? (visit.route.method != "GET")
    // A method that may write on GET is reading for who has no tenant: there is nothing of theirs to write to.
    if mutates, visit.route.method != "GET" { try MethodRoutes.checkTenant(visit) }
    let idempotency = mutates ? try Idempotency(visit) : nil
    let context = visit.context(timeout: timeout(method, visit), operationID: idempotency?.operationID)
    if let upload = visit.route.upload { return try await self.upload(visit, upload, method: method, context: context) }
    let (body, params) = try await params(visit)
    do throws(RPCError) {
      if isRaw {
        guard let place = downloads.enter(visit.caller?.tenant?.id ?? "") else { throw RPCError(.overloaded, "too many downloads") }
        return try DownloadAnswer.response(try await plugins.download(method, params, context), visit, place)
      }
      guard visit.route.method == "POST", let digest = idempotency?.digest else {
        return try await answer(visit, method, params, context).response
      }
      let once = IdempotentCall(plugins: plugins, visit: visit, clock: clock, digest: digest, body: body, patience: timeout(method, visit))
      if let earlier = try await once.claim() { return earlier.response }
      do throws(RPCError) {
        let answer = try await answer(visit, method, params, context)
        await once.keep(answer)
        return answer.response
      } catch {
        await once.forget()
        throw error
      }
    } catch {
      throw Refusal(error)
    }
  }

  private func answer(_ visit: Visit, _ method: String, _ params: [UInt8], _ context: CallContext) async throws(RPCError) -> MethodAnswer {
    try MethodAnswer(JSONSlice(try await call(method, params, context, visit)), visit)
  }

  /// A call whose client leaves is cancelled. Ingestion is done before that matters.
  private func call(_ method: String, _ params: [UInt8], _ context: CallContext, _ visit: Visit) async throws(RPCError) -> [UInt8] {
    guard let departure = visit.exchange.departure, visit.route.permission != .ingest else {
      return try await plugins.call(method, params, context)
    }
    let plugins = plugins
    return try await departure.cancelling { () async throws(RPCError) in try await plugins.call(method, params, context) }
  }

  private func timeout(_ method: String, _ visit: Visit) -> Duration {
    visit.snapshot.methods[method].map { Duration.milliseconds($0.timeoutMilliseconds) } ?? config.callTimeout
  }

  /// - Throws: 403, or what ingest says instead (contract http.md, sections 2.2 and 14.1).
  private static func checkTenant(_ visit: Visit) throws(Refusal) {
    guard visit.caller?.tenant == nil, visit.route.permission != .public else { return }
    throw visit.route.permission == .ingest ? .ingestNotAuthenticated : .noTenant
  }

  /// What the method is called with, and the body in it: as the bytes it came in, unless the route says what is in it.
  func params(_ visit: Visit) async throws(Refusal) -> (body: [UInt8], params: [UInt8]) {
    do throws(Refusal) {
      let query = try MethodRoutes.query(visit)
      let body = try await self.body(visit)
      return (body, params(visit, body: body, query: query))
    } catch {
      if error.isOfBody { try await checkSubject(visit) }
      throw error
    }
  }

  /// - Parameters:
  ///   - body: finished JSON.
  ///   - query: in wire form where it is declared.
  ///   - more: further members.
  func params(_ visit: Visit, body: [UInt8], query: JSONObject, _ more: JSONObject = [:]) -> [UInt8] {
    let exchange = visit.exchange
    var bytes = Array("{\"path\":".utf8)
    JSON.object(visit.parameters).write(to: &bytes)
    bytes += Array(",\"query\":".utf8)
    JSON.object(query).write(to: &bytes)
    bytes += Array(",\"body\":".utf8)
    bytes += body
    var headers: JSONObject = [:]
    for name in MethodRoutes.passedHeaders {
      if let value = exchange.header(name) { headers[name.canonicalName] = .string(value) }
    }
    bytes += Array(",\"headers\":".utf8)
    JSON.object(headers).write(to: &bytes)
    bytes += Array(",\"base_url\":".utf8)
    JSON.string(exchange.baseURL).write(to: &bytes)
    for (name, value) in more.members {
      bytes.append(UInt8(ascii: ","))
      JSON.string(name).write(to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      value.write(to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  static func query(_ visit: Visit) throws(Refusal) -> JSONObject {
    let query = visit.exchange.query
    guard !query.items.contains(where: { $0.value.unicodeScalars.contains("\0") || $0.name.unicodeScalars.contains("\0") }) else {
      throw Refusal(.badRequest, ["detail": .string(Messages.nullCharacters)])
    }
    do { return try ListQuery.parameters(query, visit.route.spec.query, visit.coercion) } catch { throw .invalid(error) }
  }

  /// - Throws: 404 when the row that the path stands under cannot be seen.
  private func checkSubject(_ visit: Visit) async throws(Refusal) {
    guard let subject = visit.route.spec.subject, let collection = visit.snapshot.collection(subject.collection) else { return }
    guard try await subjects(visit, isSystem: false) == 0 else { return }
    throw .noRow(collection.model)
  }

  /// Whether the row that the path stands under is there, but not for the caller.
  private func isForeign(_ visit: Visit) async throws(Refusal) -> Bool {
    guard try await subjects(visit, isSystem: false) == 0 else { return false }
    return try await subjects(visit, isSystem: true) != 0
  }

  /// How many rows the path stands under.
  private func subjects(_ visit: Visit, isSystem: Bool) async throws(Refusal) -> Int64 {
    guard let subject = visit.route.spec.subject, let collection = visit.snapshot.collection(subject.collection) else { return 0 }
    let key = visit.parameters[subject.parameter] ?? .null
    let read = StorageRead.count(collection: collection.name, filter: [.eq(collection.keyField, key)])
    do throws(RPCError) {
      let context = visit.context(timeout: config.callTimeout, system: isSystem, contributor: visit.contributor)
      let bytes = try await plugins.call("storage.read", read.json.bytes, context)
      return JSONSlice(bytes).members["count"]?.unsignedInteger ?? 0
    } catch {
      throw Refusal(error)
    }
  }

  private static let passedHeaders: [HTTPField.Name] = [.idempotencyKey, .executionRound, .projectID, .range, .ifRange, .ifNoneMatch]

  private func body(_ visit: Visit) async throws(Refusal) -> [UInt8] {
    guard visit.route.method != "GET", visit.route.method != "DELETE" else { return Array("null".utf8) }
    let limit = visit.route.permission == .ingest ? config.ingestBodyByteLimit : config.bodyByteLimit
    let body = try await JSONBody.read(visit.exchange, limit: limit, timeout: config.bodyTimeout)
    let object: JSONObject
    do { object = try BodyValidation.object(body.json) } catch { throw .invalid(error) }
    guard let fields = visit.route.spec.bodyFields(of: object) else {
      guard !body.json.holdsNullCharacter else { throw Refusal(.badRequest, ["detail": .string(Messages.nullCharacters)]) }
      return body.bytes
    }
    let values = try MethodRoutes.values(object, fields, visit)
    guard visit.route.spec.keepsOtherMembers else { return JSON.object(values).bytes }
    var others = object
    for name in fields.flatMap({ $0.writtenAs + [$0.name] }) { others[name] = nil }
    guard !JSON.object(others).holdsNullCharacter else { throw Refusal(.badRequest, ["detail": .string(Messages.nullCharacters)]) }
    return JSON.object(others.merging(values)).bytes
  }

  static func values(_ object: JSONObject, _ fields: [FieldSpec], _ visit: Visit) throws(Refusal) -> JSONObject {
    do {
      return try BodyValidation(fields, visit.coercion, fillsDefaults: true).values(object, .create)
    } catch {
      throw .invalid(error)
    }
  }
}
