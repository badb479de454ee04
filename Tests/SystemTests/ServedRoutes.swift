import Foundation
import JSONRPC
import Testing

/// The operations a host says it serves, from its own `/api/schema/`.
struct ServedRoutes: Sendable {
  struct Operation: Sendable, CustomStringConvertible {
    let method: API.Method
    let path: String
    let json: JSON
    /// Properties of the JSON body, references followed.
    let properties: [String: JSON]
    let required: Set<String>

    var description: String { "\(method.rawValue) \(path)" }
    /// The placeholders of the path.
    var placeholders: [String] { path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) } }
    var isStream: Bool { json["responses"]["200"]["content"]["text/event-stream"] != .null }
    var isOpen: Bool { json["security"] == [] }

    func parameters(in place: String) -> [JSON] { (json["parameters"].array ?? []).filter { $0["in"].string == place } }
  }

  let operations: [Operation]

  init(_ api: API) async throws {
    let document = try await api.get("/api/schema/")
    operations = (document["paths"].object?.members ?? []).flatMap { path, item in
      (item.object?.members ?? []).compactMap { method, json in
        API.Method(rawValue: method.uppercased()).map { Self.operation($0, path, json, document) }
      }
    }
    try #require(operations.count > 100)
  }

  private static func operation(_ method: API.Method, _ path: String, _ json: JSON, _ document: JSON) -> Operation {
    var body = json["requestBody"]["content"]["application/json"]["schema"]
    if let name = body["$ref"].string?.split(separator: "/").last { body = document["components"]["schemas"][String(name)] }
    // Of a body with several forms the first.
    if let form = body["anyOf"].array?.first { body = form }
    let properties = Dictionary((body["properties"].object?.members ?? []).map { ($0.name, $0.value) }) { first, _ in first }
    return Operation(
      method: method, path: path, json: json, properties: properties, required: Set((body["required"].array ?? []).compactMap(\.string)))
  }
}

/// What one tenant has, by the path of the list that shows it.
struct Belongings: Sendable {
  /// Where rows are listed whose own path has no list of its own.
  private static let listedElsewhere = [
    "/api/v1/execution-rounds/": "/api/v1/execution/rounds/",
    "/api/v1/execution/requirements/": "/api/v1/execution/rounds/{round}/requirements/",
    "/api/v1/execution/rounds/checkpoints/": "/api/v1/execution/rounds/{round}/checkpoints/",
  ]

  let round: String
  private(set) var ids: [String: JSON] = [:]

  /// Reads the first row of every list; a list that shows other tenants' rows too is asked for an own one.
  init(_ routes: ServedRoutes, _ round: Round, _ api: API) async throws {
    self.round = round.id
    let lists = routes.operations.filter { $0.method == .get && $0.placeholders.isEmpty && !$0.isStream && !$0.isOpen }.map(\.path)
    for path in lists + ["/api/v1/agents/"] {
      let answer = try await api.send(.get, path == "/api/v1/agents/" ? path + "?is_system=false" : path)
      guard answer.status == 200, let row = (answer.json["results"].array ?? answer.json.array)?.first, row["id"] != .null else { continue }
      ids[path] = row["id"]
    }
    for (path, list) in Self.listedElsewhere {
      let answer = try await api.get(list.replacing("{round}", with: round.id))
      ids[path] = (answer["results"].array ?? answer.array)?.first?["id"]
    }
    ids["/api/v1/projects/"] = .int(round.project)
    ids["/api/v1/conversations/"] = .int(round.conversation)
    ids["/api/v1/execution/rounds/"] = .string(round.id)
    ids["/api/v1/execution-rounds/"] = .string(round.id)
  }

  /// The id for the placeholder of a path: of the list before it.
  func id(before placeholder: String, in path: String) -> JSON? {
    path.range(of: "{\(placeholder)}").flatMap { ids[String(path[..<$0.lowerBound])] }
  }

  /// The path with this tenant's ids in it; nil when one is not known.
  func filled(_ operation: ServedRoutes.Operation) -> String? {
    var path = operation.path
    for name in operation.placeholders {
      let text: String
      switch name {
      case "source_type": text = "no_data"
      case "project_id": text = ids["/api/v1/projects/"]?.text ?? ""
      default:
        guard let id = id(before: name, in: operation.path) else { return nil }
        text = id.string ?? id.text
      }
      path = path.replacing("{\(name)}", with: text)
    }
    return path
  }

  /// What must never be seen by others: UUIDs, for numbers occur everywhere.
  var secrets: [String] { ids.values.compactMap(\.string).filter { $0.count == 36 } }
}
