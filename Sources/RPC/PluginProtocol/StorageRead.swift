/// A `storage.read` (docs/PROTOCOL.md, section 8.2).
public indirect enum StorageRead: Sendable, Equatable {
  case select(Selection)
  /// As select, with the number of all rows that match.
  case page(Selection)
  /// The first row that matches, or null.
  case get(Selection)
  case count(collection: String, filter: [Condition])
  case aggregate(Aggregate)
  /// Several reads of one snapshot, at most 16.
  case many([StorageRead])

  /// The most rows one read answers; what it answers must fit into one message besides.
  public static let rowLimit = 10_000

  /// Which rows, how many, in which order and shape.
  public struct Selection: Sendable, Equatable {
    public var collection: String
    public var filter: [Condition]
    /// Empty = the collection's own.
    public var order: [String]
    public var limit: Int
    public var offset: Int
    public var shape: ShapeReference

    public init(
      _ collection: String, filter: [Condition] = [], order: [String] = [], limit: Int = 100, offset: Int = 0,
      shape: ShapeReference = "detail"
    ) {
      self.collection = collection
      self.filter = filter
      self.order = order
      self.limit = limit
      self.offset = offset
      self.shape = shape
    }
  }

  /// Sums and counts over groups of rows.
  public struct Aggregate: Sendable, Equatable {
    public var collection: String
    public var filter: [Condition]
    public var group: [String]
    /// Cuts a datetime field into UTC hours or days; shown as `period`.
    public var bucket: Bucket?
    public var measures: [Measure]
    public var order: [String]
    public var limit: Int

    public init(
      _ collection: String, filter: [Condition] = [], group: [String] = [], bucket: Bucket? = nil, measures: [Measure],
      order: [String] = [],
      limit: Int = 1000
    ) {
      self.collection = collection
      self.filter = filter
      self.group = group
      self.bucket = bucket
      self.measures = measures
      self.order = order
      self.limit = limit
    }
  }

  /// Groups by the hour or day of a datetime field.
  public struct Bucket: Sendable, Equatable {
    public var field: String
    public var unit: Unit
    /// How long a bucket is.
    public enum Unit: String, Sendable { case hour, day }

    public init(_ field: String, _ unit: Unit) {
      self.field = field
      self.unit = unit
    }
  }

  /// A number computed from the rows of a group.
  public struct Measure: Sendable, Equatable {
    public var name: String
    public var function: Function
    /// Empty for `count`.
    public var field: String
    /// How it is computed.
    public enum Function: String, Sendable { case count, sum, avg, min, max }

    /// The number of rows.
    public static func count(_ name: String) -> Measure { Measure(name, .count, "") }

    public init(_ name: String, _ function: Function, _ field: String) {
      self.name = name
      self.function = function
      self.field = field
    }
  }
}
