import JSONRPC
import PluginProtocol

/// Holds the quotas of collections. The tenant's row is locked first, so that nobody else adds any before this transaction ends and what
/// is counted is what will be there. The system adds without limit.
extension Transaction {
  /// Fails when the rows just added are too many.
  func checkQuota(_ collection: StoredCollection, _ rows: [[SQLValue]]) throws(StorageError) {
    guard let quota = try heldQuota(collection, rows) else { return }
    for group in groups(of: rows, collection, quota.spec.per) {
      let count = try session.number(compiler.count(collection.name, group.filter))
      guard count <= quota.limit else {
        throw .quota(name: quota.spec.name, used: count - Int64(group.rows.count), limit: quota.limit)
      }
    }
  }

  /// The first of the rows to be added that there is room for, in their order.
  func withinQuota(_ collection: StoredCollection, _ rows: [[SQLValue]]) throws(StorageError) -> [[SQLValue]] {
    guard let quota = try heldQuota(collection, rows) else { return rows }
    var kept: Set<Int> = []
    for group in groups(of: rows, collection, quota.spec.per) {
      let room = quota.limit - (try session.number(compiler.count(collection.name, group.filter)))
      kept.formUnion(group.rows.prefix(Int(clamping: max(0, room))))
    }
    return rows.indices.filter(kept.contains).map { rows[$0] }
  }

  /// The quota that applies, its limit read and held; nil when there is none.
  private func heldQuota(_ collection: StoredCollection, _ rows: [[SQLValue]]) throws(StorageError) -> (spec: QuotaSpec, limit: Int64)? {
    guard let spec = collection.spec.quota, !scope.isSystem, let tenant = scope.tenant, !rows.isEmpty,
      let owner = schema.collections["tenant"], owner.field(spec.limit) != nil,
      let limit = try session.query(compiler.locked(spec.limit, owner, tenant)).first?.first?.integer, limit > 0
    else { return nil }
    return (spec, limit)
  }

  /// The rows that are counted together, by their places.
  private func groups(of rows: [[SQLValue]], _ collection: StoredCollection, _ per: String?) -> [(filter: [Condition], rows: [Int])] {
    guard let per, let index = collection.index(of: per) else { return [([], Array(rows.indices))] }
    let format = collection.fields[index].kind.format
    return Dictionary(grouping: rows.indices) { rows[$0][index] }.map { ([.eq(per, format.json($0.key))], $0.value) }
  }
}

extension Compiler {
  /// One column of a row, which nobody else may change before the transaction ends.
  func locked(_ column: String, _ collection: StoredCollection, _ key: String) -> Statement {
    var builder = builder
    let id = builder.bind(.text(key), collection.key.kind)
    let sql = "SELECT \(quoted(column)) FROM \(quoted(collection.name)) WHERE \(quoted(collection.key.name)) = \(id)\(dialect.rowLock)"
    return Statement(sql, builder.parameters)
  }
}
