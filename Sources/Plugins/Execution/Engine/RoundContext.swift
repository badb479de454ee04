import JSONRPC

/// The facts of a round that never change while a worker has it.
struct RoundContext: Sendable, Equatable {
  let id: String
  let project: Int64
  let tenant: String
  let number: Int64
  let requirementText: String
  let options: RoundOptions
  /// When the round was asked for: the date of its commits.
  let createdAt: String
  let job: String
  let epoch: Int

  init?(row: JSON, job: JSON) {
    guard let id = row["id"].string, let project = row["project"].int, let jobID = job["id"].string, let tenant = job["tenant"].string
    else {
      return nil
    }
    self.id = id
    self.project = project
    self.tenant = tenant
    number = row["round_number"].int ?? 1
    requirementText = row["requirement_text"].string ?? ""
    options = RoundOptions(json: row["options"])
    createdAt = row["created_at"].string ?? "2000-01-01T00:00:00Z"
    self.job = jobID
    epoch = Int(job["epoch"].int ?? 0)
  }

  /// An id of this round that a step done again makes again.
  func stableID(_ words: String...) -> String { StableID.uuid([id] + words) }
}
