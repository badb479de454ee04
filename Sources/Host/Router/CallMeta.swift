package import JSONRPC
package import NIOCore
import PluginProtocol

/// On whose behalf, how long and under which ids a call is made: what becomes `meta` (docs/PROTOCOL.md, section 2.3).
package struct CallMeta: Sendable, Equatable {
  /// Nil for maintenance and for global data.
  package var tenant: String?
  /// As it travels; null for none.
  package var principal: JSON
  package var requestID: String
  package var traceparent: String?
  package var deadline: NIODeadline
  /// The caller holds the grant `system` and uses it.
  package var system: Bool
  /// The same id = the same call, retried.
  package var operationID: String?
  /// Of calls to storage: the only collections they may use; nil = any.
  package var collections: Reach?
  /// Whose route the host follows; nil = its own.
  package var contributor: CallContributor?

  package init(
    tenant: String? = nil, principal: JSON = .null, requestID: String, traceparent: String? = nil, deadline: NIODeadline,
    system: Bool = false, operationID: String? = nil, contributor: CallContributor? = nil
  ) {
    self.tenant = tenant
    self.principal = principal
    self.requestID = requestID
    self.traceparent = traceparent
    self.deadline = deadline
    self.system = system
    self.operationID = operationID
    self.contributor = contributor
  }

  /// For a call of the host itself.
  package static func host(_ requestID: String, timeout: TimeAmount = .seconds(10)) -> CallMeta {
    CallMeta(
      principal: ["kind": "system", "id": "host", "role": ""], requestID: requestID, deadline: .now() + timeout, system: true)
  }

  /// The `meta` a plugin gets.
  package func bytes(now: NIODeadline) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(384 + (collections?.bytes.count ?? 0))
    out.append(contentsOf: #"{"deadline_ms":"#.utf8)
    out.append(contentsOf: String(max(0, (deadline - now).nanoseconds / 1_000_000)).utf8)
    Self.write("tenant", tenant, to: &out)
    if !principal.isNull {
      out.append(contentsOf: #","principal":"#.utf8)
      principal.write(to: &out)
    }
    Self.write("operation_id", operationID, to: &out)
    Self.write("request_id", requestID.isEmpty ? nil : requestID, to: &out)
    Self.write("traceparent", traceparent, to: &out)
    if let collections {
      out.append(contentsOf: #","collections":"#.utf8)
      out.append(contentsOf: collections.bytes)
    }
    if system { out.append(contentsOf: #","system":true"#.utf8) }
    out.append(UInt8(ascii: "}"))
    return out
  }

  private static func write(_ name: String, _ value: String?, to out: inout [UInt8]) {
    guard let value else { return }
    out.append(UInt8(ascii: ","))
    JSON.writeString(name, to: &out)
    out.append(UInt8(ascii: ":"))
    JSON.writeString(value, to: &out)
  }
}

/// A grant of collections, written once for all the calls that carry it.
package struct Reach: Sendable, Equatable {
  let bytes: [UInt8]

  init(_ grant: CollectionGrant) { bytes = grant.json.bytes }
}
