import JSONRPC
import PluginKit
import PluginProtocol

/// What a user says: the body of both chat routes, read.
struct Turn: Sendable {
  let conversation: JSON
  let content: String
  let fileIDs: [Int64]

  private static let fileLimit = 20

  /// - Throws: 400 keyed by the field.
  init(_ call: HTTPCall) throws(RPCError) {
    conversation = call.path("id")
    fileIDs = try Turn.fileIDs(call.body["file_ids"] ?? [])
    guard let content = call.body["content"]?.string, !content.trimmedText.isEmpty else {
      throw HTTPCall.invalid("content", call.body["content"]?.string == nil ? "This field is required." : "This field may not be blank.")
    }
    self.content = content
  }

  /// The attached files in the order they were named.
  ///
  /// - Throws: 400 for one that is not visible.
  func files(in snapshot: Snapshot) throws(RPCError) -> [JSON] {
    try fileIDs.map { id throws(RPCError) in
      guard let file = snapshot.files.first(where: { $0["id"].int == id }) else {
        throw HTTPCall.invalid("file_ids", "Invalid pk \"\(id)\" - object does not exist.")
      }
      return file
    }
  }

  private static func fileIDs(_ json: JSON) throws(RPCError) -> [Int64] {
    guard let items = json.array else {
      throw HTTPCall.invalid("file_ids", "Expected a list of items but got type \"\(json.typeName)\".")
    }
    guard items.count <= fileLimit else { throw HTTPCall.invalid("file_ids", "Ensure this field has no more than \(fileLimit) elements.") }
    var ids: [Int64] = []
    for (index, item) in items.enumerated() {
      guard let id = item.int ?? item.string.flatMap({ Int64($0) }) else {
        let messages: JSON = .object(["\(index)": ["A valid integer is required."]])
        throw .application("invalid", status: 400, "file_ids: not an integer", body: ["file_ids": messages])
      }
      if !ids.contains(id) { ids.append(id) }
    }
    return ids
  }
}
