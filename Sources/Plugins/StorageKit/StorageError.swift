package import JSONRPC
package import PluginProtocol

/// Why an operation failed (docs/PROTOCOL.md, section 8.3).
package enum StorageError: Error, Sendable, Equatable {
  case notUnique(fields: [String])
  case noReference(field: String, value: JSON)
  /// `error` is the application error's `data` to answer with, or null.
  case expectation(tag: String, count: Int, error: JSON)
  case leaseLost(job: String)
  /// A row without tenant, which is everybody's.
  case readOnly(collection: String)
  /// A reference of this collection holds the row.
  case inUse(collection: String)
  case invalid(field: String, message: String)
  /// The tenant has as many rows as it may have (``QuotaSpec``).
  case quota(name: String, used: Int64, limit: Int64)
  /// No tenant, and neither global nor system.
  case denied(String)
  /// The operation itself means nothing.
  case malformed(SpecError)
  case tooLarge(byteLimit: Int)
  /// The disk is full: nothing was changed.
  case full
  /// A migration that would lose or guess data; `field` is `collection.field`.
  case refused(field: String, message: String)
  /// What the engine said.
  case engine(String)

  package var message: String {
    switch self {
    case .notUnique(let fields): "a row with this \(fields.joined(separator: ", ")) already exists"
    case .noReference(let field, let value): "\(field): there is no row \(value.text)"
    case .expectation(let tag, let count, _): "expectation \(tag) failed: \(count) rows"
    case .leaseLost(let job): "the lease of job \(job) is lost"
    case .readOnly(let collection): "a shared row of \(collection) cannot be changed"
    case .inUse(let collection): "rows of \(collection) refer to it"
    case .invalid(let field, let message), .refused(let field, let message): "\(field): \(message)"
    case .quota(let name, _, let limit): "the limit of \(limit) \(name) is reached"
    case .denied(let message), .engine(let message): message
    case .malformed(let error): error.description
    case .tooLarge(let byteLimit): "the result is larger than \(byteLimit) bytes"
    case .full: "the disk is full: nothing was changed"
    }
  }

  /// As it travels. `step` is the index of the failing step.
  package func rpc(step: Int? = nil) -> RPCError {
    var more: JSONObject = [:]
    if let step { more["step"] = .int(step) }
    switch self {
    case .notUnique(let fields):
      more["fields"] = JSON(fields)
      return .application("not_unique", status: 400, message, more: more)
    case .noReference(let field, let value):
      more["field"] = .string(field)
      more["value"] = value
      return .application("no_reference", status: 400, message, more: more)
    case .expectation(let tag, let count, let error):
      if let object = error.object { return RPCError(.application, message, data: .object(object.merging(more))) }
      more["tag"] = .string(tag)
      more["count"] = .int(count)
      return .application("expectation", status: 409, message, more: more)
    case .leaseLost: return .application("lease_lost", status: 409, message, more: more)
    case .readOnly: return .application("read_only", status: 403, message, more: more)
    case .inUse(let collection):
      more["collection"] = .string(collection)
      return .application("in_use", status: 409, message, more: more)
    case .invalid(let field, let text):
      more["field"] = .string(field)
      more["message"] = .string(text)
      return .application("invalid", status: 400, message, more: more)
    case .quota(let name, let used, let limit):
      more["body"] = [
        "error": .string("The limit of \(limit) \(name) is reached."), "code": "quota_exceeded", "quota": .string(name), "used": .int(used),
        "limit": .int(limit), "resets_at": .null,
      ]
      return .application("quota_exceeded", status: 403, message, more: more)
    case .denied: return RPCError(.denied, message)
    case .malformed(let error):
      return RPCError(.invalidParams, step.map { "steps[\($0)]: \(error)" } ?? error.description)
    case .tooLarge: return RPCError(.frameTooLarge, message)
    case .full: return .application("storage_full", status: 507, message, more: more)
    case .refused(let field, _):
      more["field"] = .string(field)
      return .application("migration_refused", status: 500, message, more: more)
    case .engine: return RPCError(.internal, message)
    }
  }
}
