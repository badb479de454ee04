import Catalogue
import Hummingbird
import JSONRPC
import PluginProtocol

extension CollectionRoutes {
  func list(_ request: CollectionRequest) async throws(Refusal) -> Response {
    let query = request.visit.exchange.query
    let shape = request.collection.shape(request.target.listShape)
    let list: ListQuery
    do { list = try ListQuery(query, request.collection, shape: shape, request.visit.coercion) } catch { throw .invalid(error) }
    let page: PageRequest
    do { page = try PageRequest(query) } catch { throw .invalidPage }
    if case .nothing = request.reach { return CollectionRoutes.empty(request, page) }
    if request.target.isArray { return try await array(request, list) }
    return try await self.page(request, list, page)
  }

  /// A page of rows, spliced between the members around them.
  private func page(_ request: CollectionRequest, _ list: ListQuery, _ page: PageRequest) async throws(Refusal) -> Response {
    var number = 1
    switch page.number {
    case .page(let asked): number = asked
    case .last: number = page.pageCount(of: try await count(request, list))
    }
    let selection = StorageRead.Selection(
      request.collection.name, filter: request.fixedFilter + list.filter, order: order(request, list), limit: page.size,
      offset: (number - 1) * page.size, shape: .named(request.target.listShape))
    let members = try await guarded(.page(selection), request, list).members
    guard let count = members["count"]?.unsignedInteger, let rows = members["rows"] else { throw .internalError }
    let pageCount = page.pageCount(of: Int(count))
    guard number <= pageCount else { throw .invalidPage }
    return .json(.ok, CollectionRoutes.body(request, count: Int(count), page: number, pageCount: pageCount, rows: rows.bytes))
  }

  private func array(_ request: CollectionRequest, _ list: ListQuery) async throws(Refusal) -> Response {
    let selection = StorageRead.Selection(
      request.collection.name, filter: request.fixedFilter + list.filter, order: order(request, list), limit: request.target.limit,
      shape: .named(request.target.listShape))
    guard let rows = try await guarded(.select(selection), request, list).members["rows"] else { throw .internalError }
    return .json(.ok, rows.bytes)
  }

  private func count(_ request: CollectionRequest, _ list: ListQuery) async throws(Refusal) -> Int {
    let read = StorageRead.count(collection: request.collection.name, filter: request.fixedFilter + list.filter)
    return Int(try await guarded(read, request, list).members["count"]?.unsignedInteger ?? 0)
  }

  /// The read, together with the rows that must be there: the parent of the path and the references of filters. All in one snapshot.
  private func guarded(_ read: StorageRead, _ request: CollectionRequest, _ list: ListQuery) async throws(Refusal) -> JSONSlice {
    let parent = request.parent
    var guards: [(read: StorageRead, refusal: Refusal)] = []
    if let parent { guards.append((.count(collection: parent.collection, filter: parent.filter), .noRow(parent.model))) }
    for row in list.requiredRows {
      guard let key = request.visit.snapshot.collection(row.collection)?.keyField else { continue }
      let refusal = Refusal.invalid(FieldErrors(row.parameter, Messages.filterReference))
      guards.append((.count(collection: row.collection, filter: [.eq(key, row.key)]), refusal))
    }
    guard !guards.isEmpty else { return try await self.read(read, request) }
    let results = try await self.read(.many(guards.map(\.read) + [read]), request).members["results"]?.elements ?? []
    guard results.count == guards.count + 1, let last = results.last else { throw .internalError }
    for (result, each) in zip(results, guards) where result.members["count"]?.unsignedInteger == 0 { throw each.refusal }
    return last
  }

  private func order(_ request: CollectionRequest, _ list: ListQuery) -> [String] {
    list.order.isEmpty ? request.target.order : list.order
  }

  private static func empty(_ request: CollectionRequest, _ page: PageRequest) -> Response {
    if request.target.isArray { return .json(.ok, [] as JSON) }
    switch page.number {
    case .page(1), .last: return .json(.ok, body(request, count: 0, page: 1, pageCount: 1, rows: Array("[]".utf8)[...]))
    case .page: return Response(.invalidPage)
    }
  }

  private static func body(_ request: CollectionRequest, count: Int, page: Int, pageCount: Int, rows: ArraySlice<UInt8>) -> [UInt8] {
    let exchange = request.visit.exchange
    let links = PageLinks(url: exchange.url, query: exchange.query, page: page, pageCount: pageCount)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows.count + 256)
    bytes += Array("{\"count\":\(count),\"next\":".utf8)
    JSON(links.next).write(to: &bytes)
    bytes += Array(",\"previous\":".utf8)
    JSON(links.previous).write(to: &bytes)
    bytes += Array(",\"results\":".utf8)
    bytes += rows
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }
}
