import JSONRPC

extension TaskOutcome {
  init(_ value: JSON, path: String = "outcome") throws(WireError) {
    let reader = try WireReader(value, path)
    guard let quality = try reader.number("quality_score") else { throw reader.wrong("quality_score", "is missing") }
    self.init(quality: quality, accepted: try reader.bool("accepted") ?? true, userRating: try reader.number("user_rating"))
  }
}
