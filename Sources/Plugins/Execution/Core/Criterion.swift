import JSONRPC

/// One acceptance criterion of a requirement.
struct Criterion: Sendable, Equatable {
  let id: String
  let title: String
  /// As the model wrote it (description, test method, the delivery standard it stands for), handed on unchanged.
  let entry: JSONObject

  init(id: String, title: String, entry: JSONObject = [:]) {
    self.id = id
    self.title = title
    self.entry = entry.merging(["id": .string(id), "title": .string(title)])
  }

  /// The list a model answered, under `criteria` or `standards`; one without an id gets `<requirement>.<n>`.
  static func list(_ reply: JSONObject, requirement: String) -> [Criterion] {
    let items = reply["criteria"]?.array ?? reply["standards"]?.array ?? reply["items"]?.array ?? []
    return items.enumerated().compactMap { index, item in
      let object = item.object ?? (item.string.map { ["title": .string($0)] } ?? [:])
      let title = object["title"]?.string ?? object["description"]?.string ?? ""
      guard !title.isEmpty else { return nil }
      let id = object["id"]?.string ?? "\(requirement).\(index + 1)"
      return Criterion(id: id, title: title, entry: object.merging(["id": .string(id)]))
    }
  }

  var json: JSON { .object(entry) }

  init(json: JSON) { self.init(id: json["id"].string ?? "", title: json["title"].string ?? "", entry: json.object ?? [:]) }
}
