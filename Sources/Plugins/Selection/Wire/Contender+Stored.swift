import JSONRPC

extension Contender {
  /// Reads a stored row of a decision.
  ///
  /// - Throws: ``WireError`` for a row that does not hold enough to decide again, such as one an external runner reported.
  init(stored row: JSON) throws(WireError) {
    let reader = try WireReader(row, AgentSelectionDecision.name)
    guard let breakdown = try reader.reader("scoring_breakdown"), let base = try breakdown.reader("base"),
      let tieBreak = try breakdown.reader("tie_break")
    else { throw reader.wrong("scoring_breakdown", "is not complete") }
    id = row["agent"].int.map(String.init) ?? ""
    name = row["agent_name"].string ?? ""
    func part(_ name: String, _ member: String) throws(WireError) -> Double {
      guard let part = try base.reader(name) else { throw base.wrong(name, "is missing") }
      return try part.requiredNumber(member)
    }
    baseWeights = BaseParts(
      performance: try part("performance", "weight"), recognition: try part("recognition", "weight"),
      brandCertified: try part("brand_certified", "weight"), metasoGenerated: try part("metaso_generated", "weight"),
      fault: try part("fault", "weight"))
    metasoGenerated = try part("metaso_generated", "value")
    self.tieBreak = try TieBreak(tieBreak)
    let matched = try reader.reader("requirement_fit_matched")
    let missing = try reader.reader("requirement_fit_missing")
    var fields: [Field] = []
    for field in RequirementField.allCases where matched?[field.name] != nil {
      fields.append(
        Field(field: field, matched: try matched?.texts(field.name) ?? [], missing: try missing?.texts(field.name) ?? []))
    }
    self.fields = fields
    description = try breakdown.reader("fit")?.reader("description")?.requiredNumber("coverage")
    isColdStart = row["is_cold_start"].bool ?? false
  }
}

extension Contest {
  /// Reads the rows of one decision.
  ///
  /// - Returns: nil when they do not hold enough, or do not lead to the order that is stored.
  init?(stored rows: [JSON]) {
    do throws(WireError) {
      guard let first = rows.first else { return nil }
      rules = try SelectionRules(WireReader(first["scoring_breakdown"], "scoring_breakdown"))
      batchIndex = Int(first["batch_index"].int ?? 0)
      var contenders: [Contender] = []
      for row in rows { contenders.append(try Contender(stored: row)) }
      self.contenders = contenders
    } catch {
      return nil
    }
    let ranking = ranking()
    let isSame = zip(ranking, rows).allSatisfy { place, row in
      rows[place.index]["id"] == row["id"] && abs(place.total - (row["total_score"].double ?? .nan)) <= 1e-9
    }
    guard ranking.count == rows.count, isSame else { return nil }
  }
}
