import JSONRPC
import PluginProtocol

/// Makes the values of a row here from a row there.
struct RowMaking {
  /// Why a row is left out; counted in the report.
  enum Refusal: Error {
    case nobodys
    case without(table: String)
    case foreign(table: String)

    var reason: String {
      switch self {
      case .nobodys: "belongs to no tenant (--orphans gives such rows to one)"
      case .without(let table): "refers to a row of \(table) that did not come along"
      case .foreign(let table): "refers to another tenant's row of \(table)"
      }
    }
  }

  let map: RowMap
  /// Gets nobody's rows; nil = they are left out.
  let orphans: String?

  func values(_ row: JSON, _ table: ImportTable) throws(Refusal) -> (values: JSONObject, tenant: String?) {
    let tenant = try owner(row, table)
    var values: JSONObject = [:]
    if let tenant { values["tenant"] = .string(tenant) }
    if case .uuid = table.key { values["id"] = row["id"] }
    for column in table.columns where !row[column.column].isNull && !column.isLater {
      guard let target = column.target else {
        values[column.field] = row[column.column]
        continue
      }
      do {
        values[column.field] = try reference(row[column.column], target, tenant)
      } catch {
        if !column.isOptional { throw error }
      }
    }
    // The original writes its own projects' numbers here, as text.
    if let old = values["agentscope_project_id"]?.string, let place = map.place("api_project", .string(old)), place.tenant == tenant {
      values["agentscope_project_id"] = .string(RowMap.text(place.id))
    }
    table.adjust(row, &values)
    return (values, tenant)
  }

  /// The row a reference means here.
  func reference(_ old: JSON, _ table: String, _ tenant: String?) throws(Refusal) -> JSON {
    guard let place = map.place(table, old) else { throw .without(table: table) }
    if let owner = place.tenant, let tenant, owner != tenant, table != "tenants_tenant" { throw .foreign(table: table) }
    return place.id
  }

  private func owner(_ row: JSON, _ table: ImportTable) throws(Refusal) -> String? {
    switch table.owner {
    case .global, .everybody: return nil
    case .column(let column):
      guard !row[column].isNull else { return try orphan(table) }
      guard let place = map.place("tenants_tenant", row[column]) else { throw .without(table: "tenants_tenant") }
      return place.id.string
    case .parent(let column, let parent):
      guard !row[column].isNull else { return try orphan(table) }
      guard let tenant = map.place(parent, row[column])?.tenant else { throw .without(table: parent) }
      return tenant
    }
  }

  private func orphan(_ table: ImportTable) throws(Refusal) -> String {
    guard table.mayBeOrphan, let orphans else { throw .nobodys }
    return orphans
  }
}
