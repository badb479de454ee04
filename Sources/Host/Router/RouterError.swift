import JSONRPC
import NIOCore

/// The router's own failures, with the `data` of docs/PROTOCOL.md, section 2.4.
extension RPCError {
  static func unavailable(_ message: String, plugin: String? = nil, retryAfterMilliseconds: Int? = nil) -> RPCError {
    var data: JSONObject = ["retryable": true, "delivered": "no"]
    data["plugin"] = plugin.map(JSON.string)
    data["retry_after_ms"] = retryAfterMilliseconds.map { .int($0) }
    return RPCError(.unavailable, message, data: .object(data))
  }

  static func died(_ link: LinkID) -> RPCError {
    RPCError(
      .pluginDied, "\(link.plugin) ended while serving",
      data: [
        "retryable": false, "delivered": "maybe", "plugin": .string(link.plugin), "incarnation": .int(link.incarnation),
      ])
  }

  static func deadlineInQueue(_ plugin: String) -> RPCError {
    RPCError(
      .deadline, "no answer in time: still waiting for \(plugin)",
      data: ["retryable": true, "delivered": "no", "plugin": .string(plugin)])
  }

  static func overloaded(_ plugin: String, retryAfterMilliseconds: Int) -> RPCError {
    RPCError(
      .overloaded, "too many calls wait for \(plugin)",
      data: ["retryable": true, "delivered": "no", "plugin": .string(plugin), "retry_after_ms": .int(retryAfterMilliseconds)])
  }

  static func circuitOpen(_ plugin: String, retryAfter: TimeAmount) -> RPCError {
    RPCError(
      .circuitOpen, "\(plugin) keeps dying of its calls; it gets none for a while",
      data: [
        "retryable": true, "delivered": "no", "plugin": .string(plugin),
        "retry_after_ms": .int(max(1, retryAfter.nanoseconds / 1_000_000)),
      ])
  }

  static func injected(_ method: String) -> RPCError {
    RPCError(.internal, "injected fault: \(method)", data: ["retryable": false, "delivered": "no", "injected": true])
  }

  static func dropped(_ plugin: String) -> RPCError {
    RPCError(
      .deadline, "no answer in time", data: ["retryable": false, "delivered": "maybe", "plugin": .string(plugin)])
  }

  static func denied(_ message: String) -> RPCError { RPCError(.denied, message, data: ["retryable": false, "delivered": "no"]) }

  static func noMethod(_ name: String) -> RPCError {
    RPCError(.methodNotFound, "no plugin serves \(name)", data: ["retryable": false, "delivered": "no"])
  }

  static var cancelledInQueue: RPCError { RPCError(.cancelled, "cancelled", data: ["retryable": false, "delivered": "no"]) }
}
