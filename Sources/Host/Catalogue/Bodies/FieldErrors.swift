package import JSONRPC

/// What is wrong with a request, by field: `{"name": ["This field is required."]}` (contract http.md, section 3, shape 1).
package struct FieldErrors: Error, Sendable, Equatable {
  package private(set) var json: JSONObject = [:]

  package init() {}

  package init(_ field: String, _ messages: String...) { json[field] = JSON(messages) }

  package mutating func add(_ field: String, _ messages: [String]) {
    json[field] = JSON((json[field]?.array ?? []).compactMap(\.string) + messages)
  }

  package var isEmpty: Bool { json.isEmpty }
}
