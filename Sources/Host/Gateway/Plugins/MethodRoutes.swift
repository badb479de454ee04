import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import NIOCore
import PluginProtocol

/// Routes that an RPC method of a plugin answers (docs/PROTOCOL.md, section 9).
struct MethodRoutes: Sendable {
  let plugins: any PluginCaller
  let config: GatewayConfig
  let gate: UploadGate

  init(plugins: any PluginCaller, config: GatewayConfig) {
    self.plugins = plugins
    self.config = config
    gate = UploadGate(limit: config.uploadLimit, tenantLimit: config.tenantUploadLimit)
  }

  func answer(_ visit: Visit, method: String, isRaw: Bool) async throws(Refusal) -> Response {
    if visit.match.isBeyondReach { throw .notFound }
    let spec = visit.snapshot.methods[method]
    let timeout = spec.map { Duration.milliseconds($0.timeoutMilliseconds) } ?? config.callTimeout
    let mutates = spec?.mutating ?? (visit.route.method != "GET")
    let context = visit.context(timeout: timeout, operationID: mutates ? try Idempotency(visit).operationID : nil)
    if let upload = visit.route.upload { return try await self.upload(visit, upload, method: method, context: context) }
    let params = try await params(visit)
    do throws(RPCError) {
      if isRaw { return try DownloadAnswer.response(try await plugins.download(method, params, context), visit) }
      return try MethodRoutes.response(JSONSlice(try await plugins.call(method, params, context)), visit)
    } catch {
      throw Refusal(error)
    }
  }

  /// What the method is called with: the body goes in as the bytes it came in, unless the route says what is in it.
  func params(_ visit: Visit) async throws(Refusal) -> [UInt8] { params(visit, body: try await body(visit)) }

  /// - Parameters:
  ///   - body: finished JSON.
  ///   - more: further members.
  func params(_ visit: Visit, body: [UInt8], _ more: JSONObject = [:]) -> [UInt8] {
    let exchange = visit.exchange
    var bytes = Array("{\"path\":".utf8)
    JSON.object(visit.parameters).write(to: &bytes)
    bytes += Array(",\"query\":".utf8)
    JSON.object(JSONObject(exchange.query.items.map { ($0.name, .string($0.value)) })).write(to: &bytes)
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

  private static let passedHeaders: [HTTPField.Name] = [.idempotencyKey, .executionRound, .projectID, .range, .ifRange, .ifNoneMatch]

  private func body(_ visit: Visit) async throws(Refusal) -> [UInt8] {
    guard visit.route.method != "GET", visit.route.method != "DELETE" else { return Array("null".utf8) }
    let limit = visit.route.permission == .ingest ? config.ingestBodyByteLimit : config.bodyByteLimit
    let body = try await JSONBody.read(visit.exchange, limit: limit, timeout: config.bodyTimeout)
    let object: JSONObject
    do { object = try BodyValidation.object(body.json) } catch { throw .invalid(error) }
    guard let fields = visit.route.body else {
      guard !body.json.holdsNullCharacter else { throw Refusal(.badRequest, ["detail": .string(Messages.nullCharacters)]) }
      return body.bytes
    }
    return JSON.object(try MethodRoutes.values(object, fields, visit)).bytes
  }

  static func values(_ object: JSONObject, _ fields: [FieldSpec], _ visit: Visit) throws(Refusal) -> JSONObject {
    do {
      return try BodyValidation(fields, visit.coercion, fillsDefaults: true).values(object, .create)
    } catch {
      throw .invalid(error)
    }
  }

  static func response(_ result: JSONSlice, _ visit: Visit) throws(RPCError) -> Response {
    let members = result.members
    let status = members["status"]?.unsignedInteger.map { Int($0) } ?? visit.route.status
    guard (200...599).contains(status) else { throw RPCError(.internal, "the method answered with the status \(status)") }
    let headers = AnswerHeaders.fields((try? members["headers"]?.json()) ?? .null)
    guard status != 204, status != 304, let body = members["body"] else {
      return Response(status: .init(code: status), headers: headers)
    }
    return .json(.init(code: status), body.bytes, headers: headers)
  }
}
