/// A `storage.read` (docs/PROTOCOL.md, section 8.2).
public indirect enum StorageRead: Sendable, Equatable {
  /// The rows that match, answered as `{"rows":[…]}`.
  case select(Selection)
  /// As select, with the number of all rows that match.
  case page(Selection)
  /// The first row that matches, or null.
  case get(Selection)
  /// The number of rows that match, answered as `{"count":n}`.
  case count(collection: String, filter: [Condition])
  /// Numbers over groups of rows, answered as `{"rows":[…]}`, a row for each group.
  case aggregate(Aggregate)
  /// Several reads of one snapshot, at most 16.
  case many([StorageRead])

  /// The most rows one read answers; what it answers must fit into one message besides.
  public static let rowLimit = 10_000

  /// Which rows, how many, in which order and shape.
  public struct Selection: Sendable, Equatable {
    /// The collection that is read; the caller must be granted it (docs/PROTOCOL.md, section 7.2).
    public var collection: String
    /// Conditions that must all hold; empty = every row that the caller may see.
    public var filter: [Condition]
    /// Empty = the collection's own.
    public var order: [String]
    /// The most rows, 0 to ``StorageRead/rowLimit``; a ``StorageRead/get(_:)`` answers one whatever it says.
    public var limit: Int
    /// How many rows of the order are left out before the first.
    public var offset: Int
    /// What the rows look like.
    public var shape: ShapeReference

    /// - Parameters:
    ///   - collection: to read.
    ///   - filter: conditions that must all hold.
    ///   - order: field names, `-` before one for descending; the key is always appended; empty = the collection's own.
    ///   - limit: the most rows, 0 to ``StorageRead/rowLimit``.
    ///   - offset: how many rows are left out before the first.
    ///   - shape: what the rows look like.
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
    /// The collection whose rows are counted and added up.
    public var collection: String
    /// Conditions that must all hold of a row that counts; empty = every row that the caller may see.
    public var filter: [Condition]
    /// Fields whose equal values make a group, also through references, but no JSON; empty = one group, or one for each bucket.
    public var group: [String]
    /// Cuts a datetime field into UTC hours or days; shown as `period`.
    public var bucket: Bucket?
    /// The numbers of each group; none are needed when there are groups.
    public var measures: [Measure]
    /// Names of groups and measures, `-` before one for descending; groups that are not named come last, ascending.
    public var order: [String]
    /// The most groups, 1 to ``StorageRead/rowLimit``.
    public var limit: Int

    /// - Parameters:
    ///   - collection: whose rows are counted and added up.
    ///   - filter: conditions that must all hold.
    ///   - group: fields whose equal values make a group.
    ///   - bucket: cuts a datetime field into hours or days; nil = no groups by time.
    ///   - measures: the numbers of each group.
    ///   - order: names of groups and measures, `-` before one for descending.
    ///   - limit: the most groups, 1 to ``StorageRead/rowLimit``.
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
    /// A datetime field of the collection itself.
    public var field: String
    /// How long a bucket is.
    public var unit: Unit
    /// How long a bucket is.
    public enum Unit: String, Sendable {
      /// From one full hour in UTC to the next.
      case hour
      /// From one midnight in UTC to the next.
      case day
    }

    /// - Parameters:
    ///   - field: a datetime field.
    ///   - unit: how long a bucket is.
    public init(_ field: String, _ unit: Unit) {
      self.field = field
      self.unit = unit
    }
  }

  /// A number computed from the rows of a group.
  public struct Measure: Sendable, Equatable {
    /// The member's name in the rows of the answer.
    public var name: String
    /// How the number is computed.
    public var function: Function
    /// Empty for `count`.
    public var field: String
    /// How it is computed.
    public enum Function: String, Sendable {
      /// The number of rows, whatever their fields hold.
      case count
      /// The sum of a number field; 0 of no values.
      case sum
      /// The mean of a number field; null of no values, as for the two below.
      case avg
      /// The least value of a number, datetime or text field.
      case min
      /// The greatest value of a number, datetime or text field.
      case max
    }

    /// The number of rows.
    public static func count(_ name: String) -> Measure { Measure(name, .count, "") }

    /// - Parameters:
    ///   - name: the member's name in the rows of the answer.
    ///   - function: how the number is computed.
    ///   - field: of the collection itself; empty for `count`.
    public init(_ name: String, _ function: Function, _ field: String) {
      self.name = name
      self.function = function
      self.field = field
    }
  }
}
