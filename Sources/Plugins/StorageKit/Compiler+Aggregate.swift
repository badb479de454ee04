package import PluginProtocol

extension Compiler {
  private struct Column {
    let name: String
    let expression: String
    let kind: ColumnKind
    let format: WireFormat
    let isGroup: Bool
  }

  /// Groups in the order asked for, then by their own values.
  package func aggregate(_ aggregate: StorageRead.Aggregate) throws(StorageError) -> RowQuery {
    var builder = builder
    let collection = try builder.collection(aggregate.collection)
    let alias = builder.alias()
    let columns = try columns(aggregate, collection, alias, &builder)
    guard !columns.isEmpty else { throw .malformed(SpecError("\(collection.name).measures", "are missing")) }
    let access = try builder.visible(collection, alias)
    var sql = "SELECT \(columns.map(\.expression).joined(separator: ", ")) FROM \(quoted(collection.name)) AS \(alias)"
    sql += try builder.whereClause(aggregate.filter, of: collection, alias, access: access)
    let groups = columns.indices.filter { columns[$0].isGroup }
    if !groups.isEmpty { sql += " GROUP BY \(groups.map { String($0 + 1) }.joined(separator: ", "))" }
    sql += try orderBy(aggregate, columns)
    sql += " LIMIT \(builder.bind(.integer(Int64(aggregate.limit)), .bigint))"
    return RowQuery(statement: Statement(sql, builder.parameters), plan: RowPlan(columns.map { ($0.name, $0.format) }))
  }

  private func columns(
    _ aggregate: StorageRead.Aggregate, _ collection: StoredCollection, _ alias: String, _ builder: inout StatementBuilder
  ) throws(StorageError) -> [Column] {
    var columns: [Column] = []
    for path in aggregate.group {
      let (expression, kind) = try builder.expression(path, of: collection, alias)
      guard kind != .json else { throw .invalid(field: path, message: "JSON cannot be grouped.") }
      columns.append(
        Column(name: path, expression: dialect.output(expression, kind), kind: kind, format: kind.aggregateFormat, isGroup: true))
    }
    if let bucket = aggregate.bucket {
      let field = try builder.field(bucket.field, of: collection)
      guard field.kind == .datetime else { throw .invalid(field: bucket.field, message: "A bucket needs a datetime field.") }
      let unit = bucket.unit == .day ? WireDate.day : WireDate.hour
      let time = dialect.output("\(alias).\(quoted(field.name))", .datetime)
      let floor = "(\(time) - (\(time) % \(unit) + \(unit)) % \(unit))"
      columns.append(Column(name: "period", expression: floor, kind: .bigint, format: .datetime, isGroup: true))
    }
    for measure in aggregate.measures { columns.append(try column(measure, collection, alias, builder)) }
    return columns
  }

  private func column(
    _ measure: StorageRead.Measure, _ collection: StoredCollection, _ alias: String, _ builder: StatementBuilder
  ) throws(StorageError) -> Column {
    if measure.function == .count {
      return Column(name: measure.name, expression: "count(*)", kind: .bigint, format: .integer, isGroup: false)
    }
    let field = try builder.field(measure.field, of: collection)
    let kind = field.kind
    let expression = "\(alias).\(quoted(field.name))"
    switch measure.function {
    case .min, .max:
      guard kind.isNumeric || kind == .datetime || kind == .text else { break }
      let found = dialect.output("\(measure.function.rawValue)(\(dialect.comparable(expression, kind)))", kind)
      return Column(name: measure.name, expression: found, kind: kind, format: kind.aggregateFormat, isGroup: false)
    case .sum where kind.isNumeric:
      return Column(name: measure.name, expression: SQL.sum(expression, kind), kind: kind, format: kind.aggregateFormat, isGroup: false)
    case .avg where kind.isNumeric:
      let mean = "\(SQL.double("sum(\(expression))")) / nullif(count(\(expression)), 0)"
      let format: WireFormat = if case .decimal(_, let places) = kind { .number(places: places) } else { .float }
      return Column(name: measure.name, expression: mean, kind: .float, format: format, isGroup: false)
    default: break
    }
    throw .invalid(field: measure.field, message: "\(measure.function.rawValue) is not possible for this type.")
  }

  private func orderBy(_ aggregate: StorageRead.Aggregate, _ columns: [Column]) throws(StorageError) -> String {
    var terms: [String] = []
    var named: Set<String> = []
    for term in aggregate.order {
      let isDescending = term.hasPrefix("-")
      let name = isDescending ? String(term.dropFirst()) : term
      guard let column = columns.first(where: { $0.name == name }) else {
        throw .malformed(SpecError("\(aggregate.collection).order", "\(name) is neither a group nor a measure"))
      }
      named.insert(name)
      terms.append(dialect.orderTerm(column.expression, column.kind, isDescending: isDescending))
    }
    for column in columns where column.isGroup && !named.contains(column.name) {
      terms.append(dialect.orderTerm(column.expression, column.kind, isDescending: false))
    }
    return terms.isEmpty ? "" : " ORDER BY " + terms.joined(separator: ", ")
  }
}
