import JSONRPC

/// An acceptance criterion as it came, with what tests it.
struct Criterion: Sendable {
  let id: String
  let title: String
  let text: String
  /// The known standard it means; nil = it can only be stated.
  let standard: Standard?

  init?(_ json: JSON, component: Component) {
    guard let id = json["id"].string, !id.isEmpty else { return nil }
    let description = json["description"].string ?? json["content"].string ?? ""
    let title = json["title"].string ?? json["name"].string ?? ""
    let text = (description.isEmpty ? title : description).oneLine
    guard !text.isEmpty else { return nil }
    self.id = id
    self.title = title.isEmpty ? text.cut(80) : title
    self.text = text
    standard = component.standard(meaning: text)
  }

  /// What must hold; every part's own section belongs to each.
  var tests: [PageTest] { standard?.tests ?? [.heading, .states(text)] }
}
