import JSONRPC

/// What is wrong with a call's parameters.
struct WireError: Error, Sendable, Equatable {
  let path: String
  let problem: String

  var rpc: RPCError { RPCError(.invalidParams, "\(path): \(problem)") }
}
