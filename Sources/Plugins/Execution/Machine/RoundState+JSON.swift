import JSONRPC

// What a checkpoint holds. A reader takes what it knows: members that are missing keep their first value.

extension RoundState {
  var json: JSON {
    [
      "version": 1, "options": options.json, "revision": .int(revision),
      "agreed": agreed.map { .array($0.map(\.json)) } ?? .null,
      "spec": spec?.json ?? .null, "contract": contract ?? .null, "is_planned": .bool(isPlanned), "head": .string(head),
      "inner_round": .int(innerRound), "batches": .array(batches.map { JSON($0) }), "batch": .int(batch),
      "is_batch_begun": .bool(isBatchBegun), "requirements": .array(requirements.map(\.json)), "usage": usage.json,
      "is_delivered": .bool(isDelivered), "summary": JSON(summary), "percent": .int(percent),
      "recoveries": .int(recoveries),
    ]
  }

  /// - Returns: nil for a checkpoint of another version.
  init?(json: JSON) {
    guard json["version"].int == 1 else { return nil }
    self.init(options: RoundOptions(json: json["options"]))
    revision = json["revision"].count
    agreed = json["agreed"].array?.map { AgreedRequirement(json: $0) }
    spec = json["spec"].object.map(Spec.init)
    // Not by `? nil :`, which would read nil as the JSON value null.
    if !json["contract"].isNull { contract = json["contract"] }
    isPlanned = json["is_planned"].bool ?? false
    head = json["head"].string ?? ""
    innerRound = json["inner_round"].count
    batches = (json["batches"].array ?? []).map(\.strings)
    batch = json["batch"].count
    isBatchBegun = json["is_batch_begun"].bool ?? false
    requirements = (json["requirements"].array ?? []).map { RequirementState(json: $0) }
    usage = Usage(json: json["usage"])
    isDelivered = json["is_delivered"].bool ?? false
    summary = json["summary"].string
    percent = json["percent"].count
    recoveries = Int64(json["recoveries"].count)
  }
}

extension RequirementState {
  var json: JSON {
    [
      "id": .string(id), "criteria": criteria.map { .array($0.map(\.json)) } ?? .null, "worker": worker?.json ?? .null,
      "stage": .string(stage.rawValue), "inner_round": .int(innerRound), "attempt": .int(attempt), "base": .string(base),
      "blueprint": blueprint, "commit": .string(commit), "files": JSON(files), "validation": validation?.json ?? .null,
      "checks": .array(checks.map(\.json)), "report": report?.json ?? .null, "passed_criteria": JSON(passedCriteria),
      "feedback": JSON(feedback), "usage": usage.json, "error": .string(error),
    ]
  }

  init(json: JSON) {
    self.init(id: json["id"].string ?? "")
    criteria = json["criteria"].array?.map { Criterion(json: $0) }
    worker = json["worker"].isNull ? nil : Worker(json: json["worker"])
    stage = json["stage"].string.flatMap(Stage.init) ?? .waiting
    innerRound = json["inner_round"].count
    attempt = json["attempt"].count
    base = json["base"].string ?? ""
    blueprint = json["blueprint"]
    commit = json["commit"].string ?? ""
    files = json["files"].strings
    validation = json["validation"].isNull ? nil : ValidationResult(json: json["validation"])
    checks = (json["checks"].array ?? []).map { CheckResult(json: $0) }
    report = json["report"].isNull ? nil : QAReport(json["report"], criteria: [])
    passedCriteria = json["passed_criteria"].strings
    feedback = json["feedback"].strings
    usage = Usage(json: json["usage"])
    error = json["error"].string ?? ""
  }
}

extension JSON {
  /// A number that is never negative.
  fileprivate var count: Int { int.map { Int(clamping: max(0, $0)) } ?? 0 }

  /// The texts of a list.
  var strings: [String] { (array ?? []).compactMap(\.string) }
}
