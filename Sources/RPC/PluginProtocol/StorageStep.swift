public import JSONRPC

/// One step of a `storage.transact` (docs/PROTOCOL.md, section 8.3).
///
/// Values may be `{"$ref": "name.field"}`, `{"$now": true}` and `{"$next": {…}}`; ``StorageValue`` builds them.
public enum StorageStep: Sendable, Equatable {
  case insert(Insert)
  case update(Update)
  case upsert(Upsert)
  case delete(collection: String, filter: [Condition], expect: Expected?)
  /// Fails the transaction unless that many rows match.
  case expect(Expectation)
  case read(StorageRead)
  case event(Event)
  case enqueue(Job)
  case complete(job: String, epoch: Int)
  case cancel(job: String)
  /// Fails the transaction unless the lease of the job still has this epoch.
  case fence(job: String, epoch: Int)

  /// Adds rows.
  public struct Insert: Sendable, Equatable {
    public var collection: String
    public var rows: [JSONObject]
    /// The shape of the inserted rows in the result; nil = ids only.
    public var returning: ShapeReference?
    /// What later steps call the (single) row.
    public var name: String?
    /// Rows beyond the tenant's quota are left out instead of failing the transaction.
    public var stopsAtQuota: Bool

    public init(_ collection: String, _ values: JSONObject, as name: String? = nil, returning: ShapeReference? = nil) {
      self.init(collection, rows: [values], as: name, returning: returning)
    }

    public init(
      _ collection: String, rows: [JSONObject], as name: String? = nil, returning: ShapeReference? = nil, stopsAtQuota: Bool = false
    ) {
      self.stopsAtQuota = stopsAtQuota
      self.collection = collection
      self.rows = rows
      self.name = name
      self.returning = returning
    }
  }

  /// Changes the rows that match.
  public struct Update: Sendable, Equatable {
    public var collection: String
    public var filter: [Condition]
    public var set: JSONObject
    /// Numbers to add.
    public var increment: JSONObject
    public var expect: Expected?
    public var returning: ShapeReference?
    public var name: String?

    public init(
      _ collection: String, filter: [Condition], set: JSONObject = [:], increment: JSONObject = [:], expect: Expected? = nil,
      as name: String? = nil, returning: ShapeReference? = nil
    ) {
      self.collection = collection
      self.filter = filter
      self.set = set
      self.increment = increment
      self.expect = expect
      self.name = name
      self.returning = returning
    }
  }

  /// Adds a row, or changes the one that has the same unique key.
  public struct Upsert: Sendable, Equatable {
    public var collection: String
    /// The fields of a unique key of the collection.
    public var match: [String]
    public var values: JSONObject
    /// What is overwritten when the row exists; nil = all of `values`.
    public var set: [String]?
    /// Numbers to add when the row exists.
    public var increment: JSONObject
    public var returning: ShapeReference?
    public var name: String?
    /// Beyond the tenant's quota no row is added, instead of failing the transaction.
    public var stopsAtQuota: Bool

    public init(
      _ collection: String, match: [String], values: JSONObject, set: [String]? = nil, increment: JSONObject = [:], as name: String? = nil,
      returning: ShapeReference? = nil, stopsAtQuota: Bool = false
    ) {
      self.stopsAtQuota = stopsAtQuota
      self.collection = collection
      self.match = match
      self.values = values
      self.set = set
      self.increment = increment
      self.name = name
      self.returning = returning
    }
  }

  /// How many rows a write must touch; otherwise the transaction fails with `expectation` and this tag.
  public struct Expected: Sendable, Equatable {
    public var count: Int
    public var tag: String

    public init(_ count: Int, tag: String) {
      self.count = count
      self.tag = tag
    }
  }

  /// Fails the transaction unless so many rows match.
  public struct Expectation: Sendable, Equatable {
    public var collection: String
    public var filter: [Condition]
    public var minimum: Int
    public var maximum: Int?
    public var tag: String
    /// The application error's `data` to answer with; null = a plain `expectation` error.
    public var error: JSON

    public init(_ collection: String, filter: [Condition], minimum: Int = 0, maximum: Int? = nil, tag: String, error: JSON = .null) {
      self.collection = collection
      self.filter = filter
      self.minimum = minimum
      self.maximum = maximum
      self.tag = tag
      self.error = error
    }
  }

  /// A fact for the event log, written with the rows it reports.
  public struct Event: Sendable, Equatable {
    public var type: String
    public var data: JSON
    /// A round's id: the event gets the round's next `seq`.
    public var round: JSON
    public var project: JSON

    public init(_ type: String, _ data: JSON, round: JSON = .null, project: JSON = .null) {
      self.type = type
      self.data = data
      self.round = round
      self.project = project
    }
  }

  /// Puts a job into a queue.
  public struct Job: Sendable, Equatable {
    public var queue: String
    public var kind: String
    public var payload: JSON
    /// Jobs of one group never run together.
    public var group: String?
    public var delayMilliseconds: Int
    /// An open job with this key is kept and no second one made.
    public var unique: String?
    public var name: String?

    public init(
      queue: String, kind: String, payload: JSON, group: String? = nil, delayMilliseconds: Int = 0, unique: String? = nil,
      as name: String? = nil
    ) {
      self.queue = queue
      self.kind = kind
      self.payload = payload
      self.group = group
      self.delayMilliseconds = delayMilliseconds
      self.unique = unique
      self.name = name
    }
  }
}

/// Values computed by storage.
public enum StorageValue {
  /// A field of the row an earlier step inserted, updated or upserted.
  public static func ref(_ name: String, _ field: String = "id") -> JSON { ["$ref": .string("\(name).\(field)")] }

  /// The time of the transaction.
  public static let now: JSON = ["$now": true]

  /// The highest value of a field + 1, or 1 when there is none.
  public static func next(_ collection: String, _ field: String, filter: [Condition]) -> JSON {
    ["$next": ["collection": .string(collection), "field": .string(field), "filter": .array(filter.map(\.json))]]
  }
}
