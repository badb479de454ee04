import Catalogue
import HTTPTypes
import Hummingbird
import JSONRPC

/// What a method answered to an HTTP request: its bytes as they came.
struct MethodAnswer {
  let status: Int
  var headers: HTTPFields = [:]
  /// JSON; nil = none.
  let body: [UInt8]?

  init(status: Int, body: [UInt8]?) {
    self.status = status
    self.body = body
  }

  init(_ result: JSONSlice, _ visit: Visit) throws(RPCError) {
    let members = result.members
    let status = members["status"]?.unsignedInteger.map { Int($0) } ?? visit.route.status
    guard (200...599).contains(status) else { throw RPCError(.internal, "the method answered with the status \(status)") }
    self.status = status
    headers = AnswerHeaders.fields((try? members["headers"]?.json()) ?? .null)
    body = status == 204 || status == 304 ? nil : members["body"].map { Array($0.bytes) }
  }

  var response: Response {
    guard let body else { return Response(status: .init(code: status), headers: headers) }
    return .json(.init(code: status), body, headers: headers)
  }
}
