import Catalogue
import HTTPTypes
import Hummingbird
import Identity
import JSONRPC
import PluginProtocol

/// Declarative routes: one call to storage each, whose rows go out as the bytes they came in.
struct CollectionRoutes: Sendable {
  let plugins: any PluginCaller
  let config: GatewayConfig

  func answer(_ visit: Visit, _ target: RouteSpec.CollectionTarget) async throws(Refusal) -> Response {
    guard let request = CollectionRequest(visit, target), let action = target.action else { throw .notFound }
    if visit.match.isBeyondReach { throw .noRow(request.collection.model) }
    switch action {
    case .list: return try await list(request)
    case .show: return try await show(request)
    case .create: return try await create(request)
    case .replace: return try await update(request, .replace)
    case .update: return try await update(request, .update)
    case .delete: return try await delete(request)
    }
  }

  func show(_ request: CollectionRequest) async throws(Refusal) -> Response {
    if case .nothing = request.reach { throw .noRow(request.collection.model) }
    let read = StorageRead.get(
      .init(request.collection.name, filter: request.rowFilter, limit: 1, shape: .named(request.target.shape)))
    guard let row = try await self.read(read, request).members["row"], !row.isNull else { throw .noRow(request.collection.model) }
    return .json(.ok, row.bytes)
  }

  /// One read in the request's reach.
  func read(_ read: StorageRead, _ request: CollectionRequest) async throws(Refusal) -> JSONSlice {
    let context = request.visit.context(timeout: config.callTimeout, system: request.reach.isSystem, contributor: request.visit.contributor)
    do throws(RPCError) {
      return JSONSlice(try await plugins.call("storage.read", read.json.bytes, context))
    } catch {
      throw Refusal(error)
    }
  }

  /// One transaction of the caller's tenant; the results of its steps.
  func transact(_ steps: [StorageStep], _ request: CollectionRequest, operationID: String) async throws(RPCError) -> [JSONSlice] {
    let params: JSON = ["steps": .array(steps.map(\.json))]
    let context = request.visit.context(timeout: config.callTimeout, operationID: operationID, contributor: request.visit.contributor)
    return JSONSlice(try await plugins.call("storage.transact", params.bytes, context)).members["results"]?.elements ?? []
  }

  func body(_ request: CollectionRequest) async throws(Refusal) -> JSONBody {
    let limit = request.visit.route.permission == .ingest ? config.ingestBodyByteLimit : config.bodyByteLimit
    return try await JSONBody.read(request.visit.exchange, limit: limit, timeout: config.bodyTimeout)
  }

  /// Writes need a tenant to write into.
  func checkTenant(_ request: CollectionRequest) throws(Refusal) {
    guard request.visit.caller?.tenant != nil else { throw .noTenant }
    guard request.collection.tenancy != .global else { throw .forbidden }
  }
}
