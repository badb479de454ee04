package import JSONRPC

/// What is wrong with a request, by field: `{"name": ["This field is required."]}` (contract http.md, section 3, shape 1).
package struct FieldErrors: Error, Sendable, Equatable {
  package private(set) var json: JSONObject = [:]

  package init() {}

  package init(_ field: String, _ messages: String...) { json[field] = JSON(messages) }

  package mutating func add(_ field: String, _ messages: [String]) {
    json[field] = JSON((json[field]?.array ?? []).compactMap(\.string) + messages)
  }

  /// Messages of one element of a list: `{"standards": {"0": ["Not a valid string."]}}`.
  package mutating func add(_ field: String, at index: Int, _ messages: [String]) {
    var elements = json[field]?.object ?? [:]
    elements["\(index)"] = JSON(messages)
    json[field] = .object(elements)
  }

  package mutating func add(_ other: FieldErrors) { json = json.merging(other.json) }

  package var isEmpty: Bool { json.isEmpty }
}
