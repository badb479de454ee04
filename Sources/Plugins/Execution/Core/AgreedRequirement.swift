import JSONRPC

/// A requirement the user agreed to in the project's conversation, with the delivery standards it will be measured by.
struct AgreedRequirement: Sendable, Equatable {
  struct Standard: Sendable, Equatable {
    var id: Int64
    var content: String

    var json: JSON { ["id": .int(id), "content": .string(content)] }
  }

  var id: Int64
  var content: String
  var standards: [Standard]

  var json: JSON {
    ["id": .int(id), "content": .string(content), "delivery_standards": .array(standards.map(\.json))]
  }

  /// Reads the rows of a conversation, oldest first. A row that is itself a delivery standard belongs to the requirement before it, or to the
  /// first one.
  static func list(_ rows: [JSON]) -> [AgreedRequirement] {
    var list: [AgreedRequirement] = []
    var early: [Standard] = []
    for row in rows {
      guard let id = row["id"].int, let content = row["content"].string else { continue }
      if row["type"].string == "delivery_standard" {
        let standard = Standard(id: id, content: content)
        if list.isEmpty { early.append(standard) } else { list[list.count - 1].standards.append(standard) }
        continue
      }
      let standards = (row["delivery_standards"].array ?? []).compactMap { item -> Standard? in
        guard let id = item["id"].int, let content = item["content"].string else { return nil }
        return Standard(id: id, content: content)
      }
      list.append(AgreedRequirement(id: id, content: content, standards: standards))
    }
    if !list.isEmpty { list[0].standards.insert(contentsOf: early, at: 0) }
    return list
  }

  init(id: Int64, content: String, standards: [Standard]) {
    self.id = id
    self.content = content
    self.standards = standards
  }

  init(json: JSON) {
    id = json["id"].int ?? 0
    content = json["content"].string ?? ""
    standards = (json["delivery_standards"].array ?? []).map { Standard(id: $0["id"].int ?? 0, content: $0["content"].string ?? "") }
  }
}
