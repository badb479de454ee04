import JSONRPC

/// What the planning and building purposes are told: the requirement at hand among all of the spec.
struct Brief: Sendable {
  struct Requirement: Sendable {
    let id: String
    let title: String
    let text: String
  }

  let requirement: Requirement
  /// All of the spec, in order; the first owns the page's shell.
  let all: [Requirement]
  let subject: Subject
  let language: Language
  let title: String
  let input: JSON

  init(_ input: JSON) {
    self.input = input
    var all = (input["requirements"].array ?? input["spec"]["requirements"].array ?? []).enumerated().map {
      Brief.read($0.element, $0.offset)
    }
    let given =
      input["requirement"].object == nil
      ? Brief.read(["id": input["requirement_id"], "content": input["requirement"]], 0) : Brief.read(input["requirement"], 0)
    if all.isEmpty { all = [given] }
    requirement = all.first { $0.id == given.id } ?? given
    if !all.contains(where: { $0.id == given.id }) { all.append(given) }
    self.all = all
    language = input["language"].string.flatMap(Language.init) ?? Language.of(all.map(\.text).joined(separator: " "))
    let first = all.first?.text ?? given.text
    let named = input["title"].string ?? input["spec"]["title"].string ?? input["project"]["title"].string ?? ""
    subject = Subject(of: first)
    title = named.trimmed().isEmpty ? subject.name : named.trimmed()
  }

  private static func read(_ json: JSON, _ index: Int) -> Requirement {
    let id = json["id"].string ?? json["requirement_id"].string ?? "REQ-\(padded(index + 1))"
    let texts = ["content", "text", "summary", "description", "title"].compactMap { json[$0].string?.oneLine }.filter { !$0.isEmpty }
    let text = texts.first ?? json.string?.oneLine ?? id
    let title = json["title"].string?.oneLine ?? ""
    return Requirement(id: Part.id(id), title: title.isEmpty ? Phrases.title(of: text) : title.cut(80), text: text)
  }

  static func padded(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 3 - String(number).count)) + String(number)
  }

  /// The first of the spec; asked about a requirement alone, the one that waits for no other.
  var ownsShell: Bool {
    guard all.count == 1 else { return all.first?.id == requirement.id }
    return (input["requirement"]["depends_on"].array ?? []).isEmpty
  }

  var component: Component { Component.meant(by: requirement.text, first: ownsShell) }

  /// The open criteria the caller listed, known or not.
  var criteria: [Criterion] {
    let component = component
    return (input["criteria"].array ?? []).compactMap { Criterion($0, component: component) }
  }

  var part: Part {
    var part = Part(id: requirement.id, title: requirement.title, text: requirement.text, language: language, subject: subject)
    part.commitments = criteria.filter { $0.standard == nil }.map(\.text)
    return part
  }

  var checkPath: String { "checks/\(requirement.id).sh" }
}
