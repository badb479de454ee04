import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC
import PluginProtocol

extension CollectionRoutes {
  func create(_ request: CollectionRequest) async throws(Refusal) -> Response {
    try checkTenant(request)
    let body: JSONBody
    let write: CollectionWrite
    do throws(Refusal) {
      body = try await self.body(request)
      write = try CollectionWrite(body, request, .create)
    } catch {
      if error.isOfBody { try await checkParent(request) }
      throw error
    }
    let idempotency = try Idempotency(request.visit)
    var steps: [StorageStep] = []
    if let parent = request.parent {
      steps.append(.expect(.init(parent.collection, filter: parent.filter, minimum: 1, tag: CollectionRoutes.parentTag)))
    }
    let place = steps.count
    let values = write.values.merging(request.fixedValues)
    steps.append(.insert(.init(request.collection.name, values, as: "row", returning: write.nested.isEmpty ? request.shape : nil)))
    if let digest = idempotency.digest { steps.append(IdempotentCreate.step(digest, body, request.collection)) }
    steps += write.nestedSteps(request, replaces: false)
    do throws(RPCError) {
      let results = try await transact(steps, request, operationID: idempotency.operationID)
      if idempotency.digest != nil { try IdempotentCreate.check(results.count > place + 1 ? results[place + 1] : nil, body) }
      let shown = write.nested.isEmpty ? (results.count > place ? results[place] : nil) : results.last
      guard let row = shown?.members["row"] else { throw RPCError(.internal, "no row") }
      return .json(request.created, row.bytes)
    } catch {
      if let digest = idempotency.digest, error.applicationCode == "not_unique", error.data["step"].int == Int64(place + 1) {
        return try await IdempotentCreate(routes: self).replay(request, digest, body)
      }
      throw StorageRefusal.of(error, request)
    }
  }

  /// PUT and PATCH. The row is looked for before the body is judged, though only when the body is bad does that take a call of its own.
  func update(_ request: CollectionRequest, _ mode: BodyValidation.Mode) async throws(Refusal) -> Response {
    try checkTenant(request)
    let write: CollectionWrite
    do throws(Refusal) {
      write = try CollectionWrite(try await body(request), request, mode)
    } catch {
      if error.isOfBody { try await checkWritable(request) }
      throw error
    }
    let returning = write.nested.isEmpty ? request.shape : nil
    let update = StorageStep.Update(
      request.collection.name, filter: request.rowFilter, set: write.values, expect: .init(1, tag: CollectionRoutes.goneTag), as: "row",
      returning: returning)
    do throws(RPCError) {
      let steps = [.update(update)] + write.nestedSteps(request, replaces: true)
      let results = try await transact(steps, request, operationID: Idempotency.once())
      guard results.first?.members["count"]?.unsignedInteger != 0 else {
        throw RPCError.application("gone", status: 404, "", body: Refusal.noRow(request.collection.model).body)
      }
      guard let row = results.last?.members["row"], !row.isNull else { throw RPCError(.internal, "no row") }
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
  static let goneTag = "gone"

  /// A parent that cannot be seen is a 404 whatever the body.
  private func checkParent(_ request: CollectionRequest) async throws(Refusal) {
    guard let parent = request.parent else { return }
    let count = try await read(.count(collection: parent.collection, filter: parent.filter), request).members["count"]?.unsignedInteger
    guard count != 0 else { throw .noRow(parent.model) }
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
