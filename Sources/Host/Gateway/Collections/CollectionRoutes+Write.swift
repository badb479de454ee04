import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import PluginProtocol

extension CollectionRoutes {
  func create(_ request: CollectionRequest) async throws(Refusal) -> Response {
    try checkTenant(request)
    let body = try await body(request)
    var values = try CollectionRoutes.values(body, request, .create)
    for case .compare(let field, .eq, let value) in request.target.filter.isEmpty ? [] : request.fixedFilter { values[field] = value }
    let idempotency = try Idempotency(request.visit)
    var steps: [StorageStep] = [
      .insert(.init(request.collection.name, values, as: "row", returning: .named(request.target.shape)))
    ]
    if let digest = idempotency.digest { steps.append(IdempotentCreate.step(digest, body, request.collection)) }
    if let parent = request.parent {
      steps.append(.expect(.init(parent.collection, filter: parent.filter, minimum: 1, tag: CollectionRoutes.parentTag)))
    }
    do throws(RPCError) {
      let results = try await transact(steps, request, operationID: idempotency.operationID)
      if idempotency.digest != nil { try IdempotentCreate.check(results.count > 1 ? results[1] : nil, body) }
      guard let row = results.first?.members["row"] else { throw RPCError(.internal, "no row") }
      return .json(request.created, row.bytes)
    } catch {
      if let digest = idempotency.digest, error.applicationCode == "not_unique", error.data["step"].int == 1 {
        return try await IdempotentCreate(routes: self).replay(request, digest, body)
      }
      throw StorageRefusal.of(error, request)
    }
  }

  /// PUT and PATCH. The row is looked for before the body is judged, though only when the body is bad does that take a call of its own.
  func update(_ request: CollectionRequest, _ mode: BodyValidation.Mode) async throws(Refusal) -> Response {
    try checkTenant(request)
    let values: JSONObject
    do throws(Refusal) {
      values = try CollectionRoutes.values(try await body(request), request, mode)
    } catch {
      if error.status == .badRequest || error.status == .unsupportedMediaType { try await checkWritable(request) }
      throw error
    }
    let step = StorageStep.Update(request.collection.name, filter: request.rowFilter, set: values, returning: .named(request.target.shape))
    do throws(RPCError) {
      let results = try await transact([.update(step)], request, operationID: Idempotency.once())
      guard let members = results.first?.members, members["count"]?.unsignedInteger != 0, let row = members["row"], !row.isNull else {
        throw RPCError.application("gone", status: 404, "", body: Refusal.noRow(request.collection.model).body)
      }
      return .json(.ok, row.bytes)
    } catch {
      throw StorageRefusal.of(error, request)
    }
  }

  func delete(_ request: CollectionRequest) async throws(Refusal) -> Response {
    try checkTenant(request)
    let step = StorageStep.delete(collection: request.collection.name, filter: request.rowFilter, expect: nil)
    do throws(RPCError) {
      let results = try await transact([step], request, operationID: Idempotency.once())
      guard results.first?.members["count"]?.unsignedInteger != 0 else {
        throw RPCError.application("gone", status: 404, "", body: Refusal.noRow(request.collection.model).body)
      }
      return .noContent
    } catch {
      throw StorageRefusal.of(error, request)
    }
  }

  static let parentTag = "parent"

  private static func values(
    _ body: JSONBody, _ request: CollectionRequest, _ mode: BodyValidation.Mode
  ) throws(Refusal) -> JSONObject {
    do {
      return try request.validation.values(try BodyValidation.object(body.json), mode)
    } catch {
      throw .invalid(error)
    }
  }

  /// - Throws: 404 for a row that cannot be seen, 403 for one that may only be read.
  private func checkWritable(_ request: CollectionRequest) async throws(Refusal) {
    let isShared = request.collection.tenancy == .shared
    let shape = Shape(isShared ? [.isNull("is_shared", field: "tenant")] : [.field(request.collection.keyField, as: "key")])
    let read = StorageRead.get(.init(request.collection.name, filter: request.rowFilter, limit: 1, shape: .inline(shape)))
    guard let row = try await self.read(read, request).members["row"], !row.isNull else { throw .noRow(request.collection.model) }
    if isShared, (try? row.json())?["is_shared"] == true { throw .forbidden }
  }
}

extension CollectionRequest {
  /// 201 unless the route says otherwise.
  var created: HTTPResponse.Status { visit.route.status == 200 ? .created : .init(code: visit.route.status) }
}

extension Idempotency {
  /// The id of an operation that nobody will repeat but the router.
  static func once() -> String { "http:\(RequestID.make())" }
}
