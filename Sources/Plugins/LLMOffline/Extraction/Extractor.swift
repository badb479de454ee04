import JSONRPC

/// Finds requirements in a user's words by sentences, bullets and conjunctions, and says for each what can be checked.
struct Extractor {
  /// A requirement already agreed.
  struct Known {
    let id: JSON
    var content: String
    var standards: [String]
  }

  struct Found: Equatable {
    /// The known requirement it refines; nil = new.
    var id: JSON?
    var content: String
    var standards: [String]

    var json: JSON {
      var object: JSONObject = ["content": .string(content), "type": "requirement", "delivery_standards": JSON(standards)]
      if let id { object = JSONObject([("id", id)]).merging(object) }
      return .object(object)
    }
  }

  var existing: [Known]

  init(existing: [Known]) { self.existing = existing }

  /// - Parameter requirements: the agreed ones as a prompt's input lists them.
  init(input requirements: JSON) {
    existing = (requirements.array ?? []).compactMap { item in
      guard let content = item["content"].string, !item["id"].isNull else { return nil }
      return Known(
        id: item["id"], content: content,
        standards: (item["delivery_standards"].array ?? []).compactMap { $0.string ?? $0["content"].string })
    }
  }

  /// New and refined requirements, in the order of the text; at most 50.
  func extract(_ text: String) -> [Found] {
    let language = Language.of(text)
    var found: [Found] = []
    for phrase in RequestReader.phrases(in: text) {
      if let index = existing.firstIndex(where: { refines(phrase, $0.content) }) {
        refine(index, phrase, &found)
      } else if !found.contains(where: { $0.content.lowercased().contains(phrase.lowercased()) })
        || Component.meant(by: phrase).kind != "other"
      {
        add(phrase, language, &found)
      }
    }
    return Array(found.prefix(50))
  }

  private func refines(_ phrase: String, _ content: String) -> Bool {
    let component = Component.meant(by: phrase)
    if component.kind != Component.generic.kind { return Component.meant(by: content).kind == component.kind }
    return Likeness.share(of: phrase, in: content) >= 0.75
  }

  private func refine(_ index: Int, _ phrase: String, _ found: inout [Found]) {
    let known = existing[index]
    let place = found.firstIndex { $0.id == known.id }
    var item = place.map { found[$0] } ?? Found(id: known.id, content: known.content, standards: known.standards)
    guard !item.content.lowercased().contains(phrase.lowercased()) else { return }
    item.content = (item.content.trimmed(".。;；") + (Language.of(item.content) == .english ? "; " : "；") + phrase).cut(3999)
    if item.standards.count < 20 { item.standards.append(phrase.cut(999)) }
    if let place { found[place] = item } else { found.append(item) }
  }

  private func add(_ phrase: String, _ language: Language, _ found: inout [Found]) {
    let first = existing.isEmpty && found.isEmpty
    let component = Component.meant(by: phrase, first: first)
    var content = phrase
    // A content that stands inside another would be taken for that one when the list is stored.
    let others = existing.map(\.content) + found.map(\.content)
    let start = String(String.UnicodeScalarView(content.unicodeScalars.prefix(50))).lowercased()
    if others.contains(where: { $0.lowercased().contains(start) }) {
      content = (language == .english ? "Separate section: " : "独立区块：") + content
    }
    found.append(Found(content: content.cut(3999), standards: component.allStandards.map { $0.text(language) }))
  }
}
