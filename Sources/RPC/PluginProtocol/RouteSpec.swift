public import JSONRPC

/// An HTTP route a plugin contributes (docs/PROTOCOL.md, section 9).
public struct RouteSpec: Sendable, Equatable {
  /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, or `CRUD`: all six of a collection.
  public var method: String
  /// With placeholders `{id:int}`, `{id:uuid}`, `{slug}`; ends in `/`.
  public var path: String
  /// What the caller must be allowed to do; of a `CRUD` route it goes for the writes, reads ask for `read`.
  public var permission: Permission
  /// What answers: a collection, a method, or a live stream.
  public var target: Target
  /// The status of a success; 200 unless said otherwise, which a collection's create turns into 201.
  public var status: Int
  /// One line in the interface description; empty = the host writes one.
  public var summary: String
  /// Of an RPC target: the members of the body, which the host validates and coerces as it does a collection's; nil = any object.
  public var body: [FieldSpec]?
  /// Of an RPC target: another form of ``body``, meant by who sends a member that only it has; nil = there is but one.
  public var otherBody: [FieldSpec]?
  /// Of an RPC target: members that ``body`` does not name are handed over as they were sent, instead of being passed over.
  public var keepsOtherMembers = false
  /// Of an RPC target: the request is a multipart form, ``body`` its fields, and one file in it the method's params stream.
  public var upload: Upload?

  /// The file of a multipart form.
  public struct Upload: Sendable, Equatable {
    /// The name of its part.
    public var field: String
    /// A longer file is refused.
    public var maxBytes: Int64

    /// - Parameters:
    ///   - field: the name of the file's part; `file` unless said otherwise.
    ///   - maxBytes: a longer file is answered 413.
    public init(field: String = "file", maxBytes: Int64) {
      self.field = field
      self.maxBytes = maxBytes
    }
  }
  /// Of an RPC target: the query parameters, which the host checks before it calls; the method gets them as they were sent.
  public var query: [FieldSpec] = []
  /// JSON Schema of a success of an RPC target; nil = any. `{"$ref":"#/components/schemas/…"}` names a model of the catalogue
  /// (`Task`, `TaskSummary`) or one of ``PluginDescription/schemas``.
  public var answer: JSON?
  /// Of an RPC target: the row its path stands under. The method looks for it; the host does only where it refuses the body itself, because
  /// a row that cannot be seen is a 404 whatever the body.
  public var subject: CollectionTarget.Parent?
  /// A ``subject`` that is another tenant's is denied (403) instead of not there (404).
  public var deniesForeign = false
  /// Of an RPC or stream target: what a caller without tenant is told, with 401; nil = they read as one who owns nothing.
  public var withoutTenant: String?
  /// Statuses beyond those that follow from the declaration: 409, 429, 502 …, or another success.
  public var statuses: [Int] = []

  /// What a caller must be allowed to do.
  public enum Permission: String, Sendable {
    /// Nothing: also who has not logged in.
    case `public`
    /// To read rows of the tenant: every user, or an API key with this scope, as the three below.
    case read
    /// To add, change and delete rows of the tenant.
    case write
    /// To report what happens in a round from outside.
    case ingest
    /// To start and steer rounds.
    case execute
    /// To govern the tenant: a user who is its owner or admin, never an API key.
    case admin
    /// Of the installation, not of a tenant: a user marked as staff.
    case `operator`
  }

  /// What answers.
  public enum Target: Sendable, Equatable {
    /// The host reads or writes rows through storage; no method of the plugin is called.
    case collection(CollectionTarget)
    /// An RPC method answers; `raw`: the body is the result's stream.
    case rpc(method: String, raw: Bool)
    /// A live stream of events; `state` is the RPC method that gives its first event.
    case stream(scope: String, state: String)
  }

  /// An operation on a collection, without code.
  public struct CollectionTarget: Sendable, Equatable {
    /// The collection's name; also another plugin's, when the manifest grants it.
    public var collection: String
    /// Nil on a `CRUD` route.
    public var action: Action?
    /// The shape of one row, by name; `detail` unless said otherwise.
    public var shape: String
    /// The shape of the rows of a list, by name; `list` unless said otherwise.
    public var listShape: String
    /// Conditions that always hold; the value `{"$path": "id"}` takes a placeholder, `{"$tenant": true}` the caller's tenant.
    public var filter: [Condition]
    /// Order of the list; empty = the collection's own.
    public var order: [String]
    /// A plain array instead of a page, at most `limit` rows.
    public var isArray: Bool
    /// The most rows of an array, 1 to ``StorageRead/rowLimit``, which is the default; pages have a size of their own.
    public var limit: Int
    /// A row that must be visible, or 404.
    public var parent: Parent?

    /// What a route does with a collection.
    public enum Action: String, Sendable {
      /// A page of rows, or an array of them (GET).
      case list
      /// Adds a row (POST, 201).
      case create
      /// One row (GET).
      case show
      /// Writes the fields of a row that were sent; the required ones must be there (PUT).
      case replace
      /// Writes the fields of a row that were sent (PATCH).
      case update
      /// Deletes a row (DELETE, 204).
      case delete
    }

    /// The row a path stands under; it must be visible, or the answer is 404.
    public struct Parent: Sendable, Equatable {
      /// The collection of that row.
      public var collection: String
      /// The placeholder that holds its key.
      public var parameter: String

      /// - Parameters:
      ///   - collection: of the row.
      ///   - parameter: the placeholder that holds its key, without braces.
      public init(_ collection: String, parameter: String) {
        self.collection = collection
        self.parameter = parameter
      }
    }

    /// - Parameters:
    ///   - collection: its name.
    ///   - action: what to do; nil on a `CRUD` route.
    ///   - shape: of one row, by name.
    ///   - listShape: of the rows of a list, by name.
    ///   - filter: conditions that always hold.
    ///   - order: of the list; empty = the collection's own.
    ///   - isArray: a plain array instead of a page.
    ///   - limit: the most rows of an array.
    ///   - parent: a row that must be visible, or 404; nil = none.
    public init(
      _ collection: String, _ action: Action? = nil, shape: String = "detail", listShape: String = "list", filter: [Condition] = [],
      order: [String] = [], isArray: Bool = false, limit: Int = StorageRead.rowLimit, parent: Parent? = nil
    ) {
      self.collection = collection
      self.action = action
      self.shape = shape
      self.listShape = listShape
      self.filter = filter
      self.order = order
      self.isArray = isArray
      self.limit = limit
      self.parent = parent
    }
  }

  /// - Parameters:
  ///   - method: `GET`, `POST`, `PUT`, `PATCH`, `DELETE` or `CRUD`.
  ///   - path: begins and ends with `/`; of a third party's plugin it begins with `/api/v1/x/ID/`.
  ///   - permission: what the caller must be allowed to do.
  ///   - target: what answers.
  ///   - status: of a success.
  ///   - summary: one line in the interface description; empty = the host writes one.
  ///   - body: of an RPC target: the members of the body; nil = any object.
  public init(
    _ method: String, _ path: String, _ permission: Permission, _ target: Target, status: Int = 200, summary: String = "",
    body: [FieldSpec]? = nil
  ) {
    self.method = method
    self.path = path
    self.permission = permission
    self.target = target
    self.status = status
    self.summary = summary
    self.body = body
  }

  /// The six routes of a collection: reads with `read`, writes with `write`.
  public static func crud(_ path: String, _ collection: String, permission: Permission = .write) -> RouteSpec {
    RouteSpec("CRUD", path, permission, .collection(CollectionTarget(collection)))
  }

  /// A reading route of a collection.
  public static func get(_ path: String, _ target: CollectionTarget, permission: Permission = .read, summary: String = "") -> RouteSpec {
    RouteSpec("GET", path, permission, .collection(target), summary: summary)
  }

  /// The same route with what the interface description says of it.
  ///
  /// - Parameters:
  ///   - collection: what the placeholder `id` is a key of.
  ///   - query: the parameters it takes.
  ///   - answer: what a success looks like.
  ///   - statuses: what it may answer beyond what follows from the declaration.
  public func described(
    under collection: String? = nil, query: [FieldSpec] = [], answer: JSONSchema? = nil, statuses: [Int] = []
  ) -> RouteSpec {
    var copy = self
    copy.subject = collection.map { CollectionTarget.Parent($0, parameter: "id") }
    copy.query = query
    copy.answer = answer?.json
    copy.statuses = statuses
    return copy
  }

  /// The same route, where another tenant's ``subject`` is denied instead of not there.
  public func denyingForeign() -> RouteSpec {
    var copy = self
    copy.deniesForeign = true
    return copy
  }

  /// The same route, where callers without tenant are told this, with 401.
  public func withoutTenant(_ text: String) -> RouteSpec {
    var copy = self
    copy.withoutTenant = text
    return copy
  }

  /// A route that a method answers.
  public static func rpc(
    _ method: String, _ path: String, _ permission: Permission, _ name: String, status: Int = 200, raw: Bool = false, summary: String = "",
    body: [FieldSpec]? = nil
  ) -> RouteSpec {
    RouteSpec(method, path, permission, .rpc(method: name, raw: raw), status: status, summary: summary, body: body)
  }

  /// The same route, whose body may have another form.
  public func or(body: [FieldSpec]) -> RouteSpec {
    var copy = self
    copy.otherBody = body
    return copy
  }

  /// The same route, whose method also gets the members that its body does not name.
  public func keepingOtherMembers() -> RouteSpec {
    var copy = self
    copy.keepsOtherMembers = true
    return copy
  }

  /// The form of the body that a client means.
  public func bodyFields(of object: JSONObject) -> [FieldSpec]? {
    guard let body, let otherBody else { return body }
    let names = Set(body.map(\.name))
    return otherBody.contains { !names.contains($0.name) && object[$0.name] != nil } ? otherBody : body
  }

  /// The same route, taking a multipart form with a file.
  public func uploading(_ upload: Upload) -> RouteSpec {
    var copy = self
    copy.upload = upload
    return copy
  }
}
