import JSONRPC

/// Where a served interface differs from the one that was agreed, one line each.
struct InterfaceDifferences {
  let contract: JSON
  let served: JSON

  /// `GET /api/v1/tasks/` → operation.
  static func operations(_ document: JSON) -> [String: JSON] {
    var operations: [String: JSON] = [:]
    for (path, item) in document["paths"].object?.members ?? [] {
      for (method, operation) in item.object?.members ?? [] { operations["\(method.uppercased()) \(path)"] = operation }
    }
    return operations
  }

  /// Operations that are only on one side, and what differs in those on both.
  func lines() -> [String] {
    let agreed = InterfaceDifferences.operations(contract)
    let offered = InterfaceDifferences.operations(served)
    var lines: [String] = []
    for name in Set(agreed.keys).union(offered.keys).sorted() {
      switch (agreed[name], offered[name]) {
      case (let left?, let right?): lines += differences(left, right).map { "\(name): \($0)" }
      case (_?, nil): lines.append("\(name): is not served")
      default: lines.append("\(name): is not in the contract")
      }
    }
    return lines
  }

  private func differences(_ left: JSON, _ right: JSON) -> [String] {
    parameters(left, right) + statuses(left, right) + bodies(left, right)
  }

  private func parameters(_ left: JSON, _ right: JSON) -> [String] {
    let agreed = parameters(left, of: contract)
    let offered = parameters(right, of: served)
    return Set(agreed.keys).union(offered.keys).sorted().flatMap { name -> [String] in
      guard let one = agreed[name] else { return ["\(name) is not in the contract"] }
      guard let two = offered[name] else { return ["\(name) is missing"] }
      var lines = (one["required"] == true) == (two["required"] == true) ? [] : ["\(name) is required on one side only"]
      lines += schema(one["schema"], two["schema"], name, isRequest: false)
      return lines
    }
  }

  private func parameters(_ operation: JSON, of document: JSON) -> [String: JSON] {
    var parameters: [String: JSON] = [:]
    for item in operation["parameters"].array ?? [] {
      let name = item["$ref"].string?.split(separator: "/").last.map(String.init)
      let parameter = name.map { document["components"]["parameters"][$0] } ?? item
      parameters["\(parameter["in"].string ?? "") parameter \(parameter["name"].string ?? "")"] = parameter
    }
    return parameters
  }

  private func statuses(_ left: JSON, _ right: JSON) -> [String] {
    let agreed = Set(left["responses"].object?.names ?? [])
    let offered = Set(right["responses"].object?.names ?? [])
    return agreed.subtracting(offered).sorted().map { "status \($0) is missing" }
      + offered.subtracting(agreed).sorted().map { "status \($0) is not in the contract" }
  }

  private func bodies(_ left: JSON, _ right: JSON) -> [String] {
    var lines: [String] = []
    let request = "application/json"
    switch (content(left["requestBody"])[request], content(right["requestBody"])[request]) {
    case (nil, nil): break
    case (let one?, let two?): lines += schema(one, two, "body", isRequest: true)
    case (nil, _): lines.append("body is not in the contract")
    default: lines.append("body is missing")
    }
    for (status, agreed) in left["responses"].object?.members ?? [] where status.hasPrefix("2") {
      guard let offered = right["responses"].object?[status] else { continue }
      let (one, two) = (content(agreed), content(offered))
      guard Set(one.keys) == Set(two.keys) else {
        lines.append("answer is \(two.keys.sorted()), not \(one.keys.sorted())")
        continue
      }
      for (type, wanted) in one { lines += schema(wanted, two[type] ?? .null, "answer", isRequest: false) }
    }
    return lines
  }

  private func content(_ holder: JSON) -> [String: JSON] {
    Dictionary((holder["content"].object?.members ?? []).map { ($0.name, $0.value["schema"]) }) { first, _ in first }
  }

  private func schema(_ left: JSON, _ right: JSON, _ path: String, isRequest: Bool) -> [String] {
    SchemaComparison(isRequest: isRequest).lines(SchemaForm(left, of: contract), SchemaForm(right, of: served), path)
  }
}

/// What one schema promises and another does not.
struct SchemaComparison {
  /// What clients send must be the same; what they get may hold more members for certain.
  let isRequest: Bool

  func lines(_ left: SchemaForm, _ right: SchemaForm, _ path: String) -> [String] {
    switch (left, right) {
    case (.any, _): return []
    case (_, .any): return ["\(path) says nothing of its form"]
    case (.either(let one), .either(let two)) where one.count == two.count:
      return zip(one, two).enumerated().flatMap { lines($0.element.0, $0.element.1, "\(path)|\($0.offset)") }
    case (.value(let one), .value(let two)): return lines(one, two, path)
    default: return ["\(path) has other alternatives"]
    }
  }

  private func lines(_ left: SchemaForm.Value, _ right: SchemaForm.Value, _ path: String) -> [String] {
    var lines: [String] = []
    func compare<T: Equatable>(_ what: String, _ one: T, _ two: T) {
      if one != two { lines.append("\(path) has \(what) \(two), not \(one)") }
    }
    compare("type", left.types.sorted(), right.types.sorted())
    compare("choices", left.choices?.sorted() ?? [], right.choices?.sorted() ?? [])
    compare("format", left.format ?? "", right.format ?? "")
    // A choice is as long as it is.
    if left.choices == nil, right.choices == nil { compare("maxLength", left.maxLength ?? 0, right.maxLength ?? 0) }
    if isRequest, left.choices == nil {
      compare("minLength", left.minLength ?? 0, right.minLength ?? 0)
      compare("minimum", left.minimum, right.minimum)
      compare("maximum", left.maximum, right.maximum)
    }
    if let one = left.items { lines += self.lines(one, right.items ?? .any, "\(path)[]") }
    for name in Set(left.properties.keys).union(right.properties.keys).sorted() {
      guard let one = left.properties[name] else {
        if !left.properties.isEmpty { lines.append("\(path).\(name) is not in the contract") }
        continue
      }
      guard let two = right.properties[name] else {
        lines.append("\(path).\(name) is missing")
        continue
      }
      lines += self.lines(one, two, "\(path).\(name)")
    }
    let missing = isRequest ? left.required.symmetricDifference(right.required) : left.required.subtracting(right.required)
    for name in missing.intersection(left.properties.keys).intersection(right.properties.keys).sorted() {
      lines.append("\(path).\(name) is required on one side only")
    }
    return lines
  }
}
