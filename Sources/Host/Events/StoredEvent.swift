package import JSONRPC

/// A fact from the event log, as storage tells it (docs/PROTOCOL.md, section 8.4).
package struct StoredEvent: Sendable, Equatable {
  package let tenant: String
  package let round: String?
  package let project: String?
  /// Counts within the round; nil for events without one.
  package let seq: Int64?
  /// Counts within the tenant.
  package let position: Int64
  package let type: String
  /// Finished JSON, one line, shared by everyone it is sent to.
  package let data: [UInt8]
  package let createdAt: String

  /// - Returns: nil when a member is missing or of the wrong type.
  /// - Parameter tenant: of events whose tenant goes without saying: those of `storage.events`.
  package init?(_ json: JSON, tenant: String? = nil) {
    guard let tenant = json["tenant"].string ?? tenant, let position = json["position"].int, let type = json["type"].string else {
      return nil
    }
    self.tenant = tenant
    round = json["round"].string
    project = json["project"].int.map { "\($0)" } ?? json["project"].string
    seq = json["seq"].int
    self.position = position
    self.type = type
    data = json["data"].bytes
    createdAt = json["created_at"].string ?? ""
  }

  /// One line of `events.tail`.
  package var json: JSON {
    let data = (try? JSON(parsing: self.data)) ?? .null
    return [
      "seq": seq.map { .int($0) } ?? .null, "position": .int(position), "type": .string(type), "data": data, "round": JSON(round),
      "created_at": .string(createdAt),
    ]
  }
}
