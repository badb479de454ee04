/// A value as a database engine takes and gives it.
package enum SQLValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)

  package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

  package var text: String? { if case .text(let value) = self { value } else { nil } }

  package init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
}

/// One SQL statement with its bound parameters, the first being number 1.
package struct Statement: Sendable, Equatable {
  package var sql: String
  package var parameters: [SQLValue]

  package init(_ sql: String, _ parameters: [SQLValue] = []) {
    self.sql = sql
    self.parameters = parameters
  }
}

/// A statement whose rows become JSON objects: column n is written as member n of the plan.
package struct RowQuery: Sendable {
  package var statement: Statement
  package var plan: RowPlan
}
