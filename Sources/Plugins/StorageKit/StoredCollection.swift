package import PluginProtocol

/// A collection with everything storage needs resolved: column kinds, the implicit columns, the targets of references.
package struct StoredCollection: Sendable, Equatable {
  package let spec: CollectionSpec
  /// The columns in order: the made key first, then `tenant`, then the fields.
  package let fields: [StoredField]
  private let places: [String: Int]

  init(_ spec: CollectionSpec, fields: [StoredField]) {
    self.spec = spec
    self.fields = fields
    places = Dictionary(fields.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  package var name: String { spec.name }
  package var hasTenant: Bool { spec.tenancy != .global }

  /// The column that identifies a row.
  package var key: StoredField { fields[places[spec.keyField] ?? 0] }

  package func field(_ name: String) -> StoredField? {
    if name == "$key" { return key }
    return places[name].map { fields[$0] }
  }

  package func index(of name: String) -> Int? { places[name == "$key" ? spec.keyField : name] }

  /// Whether a filter holds for one row at most, because it gives the key.
  func isOneRow(_ filter: [Condition]) -> Bool {
    filter.contains { if case .compare(let field, .eq, _) = $0 { field == "$key" || field == spec.keyField } else { false } }
  }

  /// Whether these fields are the key or a unique key of the collection.
  func isUnique(_ names: [String]) -> Bool {
    names == [spec.keyField] || names == ["$key"] || spec.unique.contains { $0.condition == nil && Set($0.fields) == Set(names) }
  }
}

/// One column.
package struct StoredField: Sendable, Equatable {
  package let spec: FieldSpec
  package let kind: ColumnKind
  package let role: Role

  package enum Role: Sendable, Equatable {
    /// 64 bits, counted by the engine.
    case serialKey
    /// Random v4, made here.
    case uuidKey
    /// A field that is the key.
    case fieldKey
    case tenant
    case plain
  }

  /// Where a reference points, and what happens when that goes away.
  package let reference: Reference?

  package struct Reference: Sendable, Equatable {
    package let target: String
    package let onDelete: FieldType.OnDelete
  }

  init(spec: FieldSpec, kind: ColumnKind, role: Role) {
    self.spec = spec
    self.kind = kind
    self.role = role
    switch spec.type {
    case .reference(let target, let onDelete): reference = Reference(target: target, onDelete: onDelete)
    default: reference = nil
    }
  }

  package var name: String { spec.name }
  package var isNullable: Bool { spec.isNullable }
  package var target: String? { reference?.target }
  package var onDelete: FieldType.OnDelete? { reference?.onDelete }
}
