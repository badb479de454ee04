package import JSONRPC

/// A request to one of identity's own routes, its body already checked against the route's fields.
package struct IdentityRequest: Sendable {
  package let path: JSONObject
  package let body: JSONObject
  package let caller: Caller?
  /// Where the request came from, for the login throttle.
  package let address: String
  package let requestID: String

  package init(path: JSONObject = [:], body: JSONObject = [:], caller: Caller?, address: String, requestID: String) {
    self.path = path
    self.body = body
    self.caller = caller
    self.address = address
    self.requestID = requestID
  }
}

package struct IdentityReply: Sendable, Equatable {
  /// Nil = the route's own.
  package let status: Int?
  /// Nil = no body.
  package let body: JSON?

  package init(_ body: JSON?, status: Int? = nil) {
    self.body = body
    self.status = status
  }
}
