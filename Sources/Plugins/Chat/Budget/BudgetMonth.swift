import JSONRPC
import PluginProtocol

/// A calendar month in UTC.
struct BudgetMonth: Sendable, Equatable {
  /// `2026-11`.
  let name: String
  let start: String
  let end: String
  private let endTime: Int64

  /// - Parameter time: microseconds since 1970.
  init(at time: Int64) {
    let today = CivilDate(at: time)
    start = WireDate.text(today.startOfMonth.midnight)
    endTime = today.startOfNextMonth.midnight
    end = WireDate.text(endTime)
    name = String(start.prefix(7))
  }

  /// 429 in the words of contract http.md, section 8.4.
  func exceeded(used: Int64, limit: Int64, at time: Int64) -> RPCError {
    let text = "The monthly token quota is used up (\(used) of \(limit))."
    let body: JSON = [
      "error": .string(text), "code": "quota_exceeded", "quota": "tokens", "used": .int(used), "limit": .int(limit),
      "resets_at": .string(end),
    ]
    let wait = min(max(1000, (endTime - time) / 1000), 86_400_000)
    return .application("quota_exceeded", status: 429, text, body: body, more: ["retryable": false, "retry_after_ms": .int(wait)])
  }
}
