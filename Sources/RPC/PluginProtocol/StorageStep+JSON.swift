public import JSONRPC

extension StorageStep {
  /// The wire form (docs/PROTOCOL.md, section 8.3), without members that are null.
  public var json: JSON {
    switch self {
    case .insert(let insert):
      StorageStep.object(
        "insert",
        [
          ("collection", .string(insert.collection)), ("rows", .array(insert.rows.map(JSON.object))), ("as", JSON(insert.name)),
          ("return", insert.returning?.json), ("stop_at_quota", insert.stopsAtQuota ? .bool(true) : nil),
        ])
    case .update(let update):
      StorageStep.object(
        "update",
        [
          ("collection", .string(update.collection)), ("filter", .array(update.filter.map(\.json))), ("set", .object(update.set)),
          ("increment", .object(update.increment)), ("expect", update.expect?.json), ("as", JSON(update.name)),
          ("return", update.returning?.json),
        ])
    case .upsert(let upsert):
      StorageStep.object(
        "upsert",
        [
          ("collection", .string(upsert.collection)), ("match", JSON(upsert.match)), ("values", .object(upsert.values)),
          ("set", upsert.set.map { JSON($0) }), ("increment", .object(upsert.increment)), ("as", JSON(upsert.name)),
          ("return", upsert.returning?.json), ("stop_at_quota", upsert.stopsAtQuota ? .bool(true) : nil),
        ])
    case .delete(let collection, let filter, let expect):
      StorageStep.object("delete", [("collection", .string(collection)), ("filter", .array(filter.map(\.json))), ("expect", expect?.json)])
    case .expect(let expectation):
      StorageStep.object(
        "expect",
        [
          ("collection", .string(expectation.collection)), ("filter", .array(expectation.filter.map(\.json))),
          ("count", ["min": .int(expectation.minimum), "max": expectation.maximum.map { .int($0) } ?? .null]),
          ("tag", .string(expectation.tag)),
          ("error", expectation.error),
        ])
    case .read(let read): StorageStep.object("read", [("read", read.json)])
    case .event(let event):
      StorageStep.object(
        "event", [("type", .string(event.type)), ("data", event.data), ("round", event.round), ("project", event.project)])
    case .enqueue(let job):
      StorageStep.object(
        "job_enqueue",
        [
          ("queue", .string(job.queue)), ("kind", .string(job.kind)), ("payload", job.payload), ("group", JSON(job.group)),
          ("delay_ms", .int(job.delayMilliseconds)), ("unique", JSON(job.unique)), ("as", JSON(job.name)),
        ])
    case .complete(let job, let epoch): StorageStep.object("job_complete", [("job", .string(job)), ("epoch", .int(epoch))])
    case .cancel(let job): StorageStep.object("job_cancel", [("job", .string(job))])
    case .fence(let job, let epoch): StorageStep.object("fence", [("job", .string(job)), ("epoch", .int(epoch))])
    }
  }

  /// The step with the members that say something.
  private static func object(_ op: String, _ members: [(String, JSON?)]) -> JSON {
    var object: JSONObject = ["op": .string(op)]
    for (name, value) in members { if let value, !value.isNull { object[name] = value } }
    return .object(object)
  }

  /// Reads the wire form (docs/PROTOCOL.md, section 8.3); a `key` becomes a condition of the filter.
  ///
  /// - Parameters:
  ///   - json: the wire form.
  ///   - path: where the step stands in the whole, for messages.
  /// - Throws: ``SpecError`` for an unknown `op`, a write without filter or key, or a member that is unknown, missing or of another type.
  public init(json: JSON, path: String) throws(SpecError) {
    var reader = try SpecReader(json, path)
    let op = try reader.require("op")
    switch op {
    case "insert": self = .insert(try Insert(&reader))
    case "update": self = .update(try Update(&reader))
    case "upsert": self = .upsert(try Upsert(&reader))
    case "delete":
      self = .delete(
        collection: try reader.require("collection"), filter: try StorageStep.filter(&reader), expect: try StorageStep.expected(&reader))
    case "expect": self = .expect(try Expectation(&reader))
    case "read": self = .read(try StorageRead(json: reader.json("read") ?? .null, path: reader.at("read")))
    case "event":
      self = .event(
        Event(
          try reader.require("type"), reader.json("data") ?? .object([:]), round: reader.json("round") ?? .null,
          project: reader.json("project") ?? .null))
    case "job_enqueue": self = .enqueue(try Job(&reader))
    case "job_complete": self = .complete(job: try reader.require("job"), epoch: try StorageStep.epoch(&reader))
    case "job_cancel": self = .cancel(job: try reader.require("job"))
    case "fence": self = .fence(job: try reader.require("job"), epoch: try StorageStep.epoch(&reader))
    default: throw SpecError(reader.at("op"), "\(op) is not a step")
    }
    try reader.finish()
  }

  /// `filter`, plus `key` as a condition on the key.
  static func filter(_ reader: inout SpecReader) throws(SpecError) -> [Condition] {
    var filter = try reader.list("filter", Condition.init)
    if let key = reader.json("key"), !key.isNull { filter.append(.eq("$key", key)) }
    guard !filter.isEmpty else { throw SpecError(reader.path, "needs a filter or a key") }
    return filter
  }

  static func expected(_ reader: inout SpecReader) throws(SpecError) -> Expected? {
    guard let json = reader.json("expect"), !json.isNull else { return nil }
    var inner = try SpecReader(json, reader.at("expect"))
    guard let count = try inner.int("count") else { throw SpecError(inner.at("count"), "is required") }
    let expected = Expected(count, tag: try inner.require("tag"))
    try inner.finish()
    return expected
  }

  static func shape(_ reader: inout SpecReader) throws(SpecError) -> ShapeReference? {
    guard let json = reader.json("return"), !json.isNull else { return nil }
    return try ShapeReference(json: json, path: reader.at("return"))
  }

  private static func epoch(_ reader: inout SpecReader) throws(SpecError) -> Int {
    guard let epoch = try reader.int("epoch") else { throw SpecError(reader.at("epoch"), "is required") }
    return epoch
  }
}

extension StorageStep.Expected {
  var json: JSON { ["count": .int(count), "tag": .string(tag)] }
}

extension StorageStep.Insert {
  init(_ reader: inout SpecReader) throws(SpecError) {
    collection = try reader.require("collection")
    if let values = try reader.object("values") {
      rows = [values]
    } else {
      rows = try reader.list("rows") { (json, path) throws(SpecError) in
        guard let row = json.object else { throw SpecError(path, "must be an object") }
        return row
      }
    }
    name = try reader.string("as")
    returning = try StorageStep.shape(&reader)
    stopsAtQuota = try reader.bool("stop_at_quota")
  }
}

extension StorageStep.Update {
  init(_ reader: inout SpecReader) throws(SpecError) {
    collection = try reader.require("collection")
    filter = try StorageStep.filter(&reader)
    set = try reader.object("set") ?? [:]
    increment = try reader.object("increment") ?? [:]
    expect = try StorageStep.expected(&reader)
    name = try reader.string("as")
    returning = try StorageStep.shape(&reader)
  }
}

extension StorageStep.Upsert {
  init(_ reader: inout SpecReader) throws(SpecError) {
    collection = try reader.require("collection")
    match = try reader.strings("match")
    guard !match.isEmpty else { throw SpecError(reader.at("match"), "is required") }
    values = try reader.object("values") ?? [:]
    set = reader.json("set") == nil ? nil : try reader.strings("set")
    increment = try reader.object("increment") ?? [:]
    name = try reader.string("as")
    returning = try StorageStep.shape(&reader)
    stopsAtQuota = try reader.bool("stop_at_quota")
  }
}

extension StorageStep.Expectation {
  init(_ reader: inout SpecReader) throws(SpecError) {
    collection = try reader.require("collection")
    filter = try reader.list("filter", Condition.init)
    var count = try SpecReader(reader.json("count") ?? .null, reader.at("count"))
    if let exact = try count.int("eq") {
      minimum = exact
      maximum = exact
    } else {
      minimum = try count.int("min") ?? 0
      maximum = try count.int("max")
    }
    try count.finish()
    tag = try reader.require("tag")
    error = reader.json("error") ?? .null
  }
}

extension StorageStep.Job {
  init(_ reader: inout SpecReader) throws(SpecError) {
    queue = try reader.require("queue")
    kind = try reader.require("kind")
    payload = reader.json("payload") ?? .object([:])
    group = try reader.string("group")
    delayMilliseconds = try reader.int("delay_ms") ?? 0
    unique = try reader.string("unique")
    name = try reader.string("as")
  }
}
