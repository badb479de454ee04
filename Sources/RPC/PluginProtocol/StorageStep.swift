public import JSONRPC

/// One step of a `storage.transact` (docs/PROTOCOL.md, section 8.3).
///
/// Values may be `{"$ref": "name.field"}`, `{"$now": true}` and `{"$next": {…}}`; ``StorageValue`` builds them.
public enum StorageStep: Sendable, Equatable {
  /// Adds rows; answered as `{"count","ids"}`, with `row` or `rows` in the shape asked for.
  case insert(Insert)
  /// Changes the rows that match, which may be none; answered as `{"count"}`, with `row` in the shape asked for.
  case update(Update)
  /// Adds a row or changes the one that is there; answered as `{"count","created","ids"}`, with `row` in the shape asked for.
  case upsert(Upsert)
  /// Deletes the rows that match, and what cascades from them; answered as `{"count"}`, without the cascades.
  case delete(collection: String, filter: [Condition], expect: Expected?)
  /// Fails the transaction unless that many rows match.
  case expect(Expectation)
  /// A read of what the steps before have made; answered like ``StorageRead``.
  case read(StorageRead)
  /// Writes an event; answered as `{"seq","position"}`.
  case event(Event)
  /// Puts a job into a queue; answered as `{"id"}`, that of the open job when ``Job/unique`` names one.
  case enqueue(Job)
  /// Ends a leased job with this transaction; fails it with `lease_lost` unless the lease still has this epoch.
  case complete(job: String, epoch: Int)
  /// Ends a job that is queued or leased, and its lease; answered as `{"count"}`, 0 when the tenant has no such job.
  case cancel(job: String)
  /// Fails the transaction unless the lease of the job still has this epoch.
  case fence(job: String, epoch: Int)

  /// Adds rows.
  public struct Insert: Sendable, Equatable {
    /// The collection that gets the rows.
    public var collection: String
    /// The values of each row by field; what is not there gets its default. A uuid key may be among them.
    public var rows: [JSONObject]
    /// The shape of the inserted rows in the result; nil = ids only.
    public var returning: ShapeReference?
    /// What later steps call the (single) row.
    public var name: String?
    /// Rows beyond the tenant's quota are left out instead of failing the transaction.
    public var stopsAtQuota: Bool

    /// - Parameters:
    ///   - collection: that gets the row.
    ///   - values: of the one row.
    ///   - name: what later steps call the row; nil = nothing.
    ///   - returning: its shape in the result; nil = its id only.
    public init(_ collection: String, _ values: JSONObject, as name: String? = nil, returning: ShapeReference? = nil) {
      self.init(collection, rows: [values], as: name, returning: returning)
    }

    /// - Parameters:
    ///   - collection: that gets the rows.
    ///   - rows: the values of each; empty adds nothing.
    ///   - name: what later steps call the row, when it is just one; nil = nothing.
    ///   - returning: their shape in the result; nil = ids only.
    ///   - stopsAtQuota: rows beyond the tenant's quota are left out.
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
    /// The collection whose rows are changed.
    public var collection: String
    /// Conditions that must all hold; an empty list is refused.
    public var filter: [Condition]
    /// The new values by field; it may not name a field of ``increment``.
    public var set: JSONObject
    /// Numbers to add.
    public var increment: JSONObject
    /// How many rows must match; nil = any number.
    public var expect: Expected?
    /// The shape of the first row that was changed in the result; nil = the count only.
    public var returning: ShapeReference?
    /// What later steps call the first row that was changed; nil = nothing.
    public var name: String?

    /// - Parameters:
    ///   - collection: whose rows are changed.
    ///   - filter: conditions that must all hold; not empty.
    ///   - set: the new values by field.
    ///   - increment: what is added to number fields; negative to subtract.
    ///   - expect: how many rows must match; nil = any number.
    ///   - name: what later steps call the first row that was changed; nil = nothing.
    ///   - returning: its shape in the result; nil = the count only.
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
    /// The collection that gets the row, or has it.
    public var collection: String
    /// The fields of a unique key of the collection.
    public var match: [String]
    /// The values of a new row by field; the fields of ``match`` must be among them.
    public var values: JSONObject
    /// What is overwritten when the row exists; nil = all of `values`.
    public var set: [String]?
    /// Numbers to add when the row exists.
    public var increment: JSONObject
    /// The shape of the row in the result; nil = its id only.
    public var returning: ShapeReference?
    /// What later steps call the row; nil = nothing.
    public var name: String?
    /// Beyond the tenant's quota no row is added, instead of failing the transaction.
    public var stopsAtQuota: Bool

    /// - Parameters:
    ///   - collection: that gets the row, or has it.
    ///   - match: the fields of a unique key.
    ///   - values: of a new row; with the fields of `match`.
    ///   - set: fields that are overwritten when the row exists; nil = all of `values`, empty = none.
    ///   - increment: what is added to number fields when the row exists.
    ///   - name: what later steps call the row; nil = nothing.
    ///   - returning: its shape in the result; nil = its id only.
    ///   - stopsAtQuota: beyond the tenant's quota no row is added.
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
    /// Exactly this many.
    public var count: Int
    /// What tells one expectation from another in the failure's `data`.
    public var tag: String

    /// - Parameters:
    ///   - count: exactly this many rows.
    ///   - tag: what tells this expectation from another in the failure's `data`.
    public init(_ count: Int, tag: String) {
      self.count = count
      self.tag = tag
    }
  }

  /// Fails the transaction unless so many rows match.
  public struct Expectation: Sendable, Equatable {
    /// The collection whose rows are counted.
    public var collection: String
    /// Conditions that must all hold; empty = every row that the caller may see.
    public var filter: [Condition]
    /// At least so many rows.
    public var minimum: Int
    /// At most so many rows; nil = any number.
    public var maximum: Int?
    /// What tells one expectation from another in the failure's `data`.
    public var tag: String
    /// The application error's `data` to answer with; null = a plain `expectation` error.
    public var error: JSON

    /// - Parameters:
    ///   - collection: whose rows are counted.
    ///   - filter: conditions that must all hold.
    ///   - minimum: at least so many rows.
    ///   - maximum: at most so many rows; nil = any number.
    ///   - tag: what tells this expectation from another in the failure's `data`.
    ///   - error: the application error's `data` to answer with; null = a plain `expectation` error.
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
    /// snake_case, e.g. `execution_started`; the event's name in live streams.
    public var type: String
    /// What is told of it; `$ref` in it is replaced at any depth.
    public var data: JSON
    /// A round's id: the event gets the round's next `seq`.
    public var round: JSON
    /// A project's number, by which live streams are filtered; null = none.
    public var project: JSON

    /// - Parameters:
    ///   - type: snake_case.
    ///   - data: what is told of it.
    ///   - round: a round's UUID; null = the event has no `seq`, only the tenant's `position`.
    ///   - project: a project's number; null = none.
    public init(_ type: String, _ data: JSON, round: JSON = .null, project: JSON = .null) {
      self.type = type
      self.data = data
      self.round = round
      self.project = project
    }
  }

  /// Puts a job into a queue.
  public struct Job: Sendable, Equatable {
    /// The queue that workers lease from (docs/PROTOCOL.md, section 6.2).
    public var queue: String
    /// What tells a worker what to do with the job.
    public var kind: String
    /// What the worker gets; `$ref` in it is replaced at any depth.
    public var payload: JSON
    /// Jobs of one group never run together.
    public var group: String?
    /// How long nobody gets the job, in milliseconds: 0 to 31 536 000 000, a year.
    public var delayMilliseconds: Int
    /// An open job with this key is kept and no second one made.
    public var unique: String?
    /// What later steps call the job: `$ref` to its field `id`; nil = nothing.
    public var name: String?

    /// - Parameters:
    ///   - queue: that workers lease from.
    ///   - kind: what tells a worker what to do.
    ///   - payload: what the worker gets.
    ///   - group: jobs of one group never run together; nil = alone.
    ///   - delayMilliseconds: how long nobody gets the job.
    ///   - unique: an open job of the queue with this key is kept instead; nil = always a new one.
    ///   - name: what later steps call the job; nil = nothing.
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
