import JSONRPC
import PluginKit
import PluginProtocol
import UnixTransport

/// Removes bytes whose file is gone (with its folder or project, say) or never came (an upload that broke off).
///
/// It runs a little behind every upload and removal of a tenant, so that nothing has to look through all tenants.
struct ContentSweep {
  private static let limit = 20
  /// An upload may still be on its way.
  private static let age = WireDate.hour

  private let request: Request

  init(_ request: Request) { self.request = request }

  /// Best effort: what fails is tried again at the next one.
  func run() async {
    do {
      let before = WireDate.text(SystemTime.microseconds() - Self.age)
      let rows = try await request.storage.rows(
        .init(
          "file_content", filter: [.isNull("file"), .compare(field: "created_at", op: .lt, value: .string(before))], limit: Self.limit,
          shape: .inline(.fields("id", "blob"))))
      for row in rows { try await remove(row) }
    } catch {
      return
    }
  }

  private func remove(_ row: JSON) async throws {
    try await ContentSweep.removeBlob(row, request)
    let gone = StorageStep.delete(collection: "file_content", filter: [.eq("$key", row["id"]), .isNull("file")], expect: nil)
    // Beside the request's own, numbered transactions: a repeated request may find less to do.
    try await request.storage.transact([gone], operationID: UUIDText.random())
  }

  static func removeBlob(_ row: JSON, _ request: Request) async throws {
    guard let key = row["blob"].string, !key.isEmpty else { return }
    _ = try await request.host.call("blobs.delete", ["key": .string(key)])
  }
}

/// DELETE /files/{id}/.
@Sendable func deleteFile(_ request: Request) async throws -> JSON {
  let key = try request.http.path("id")
  let contents = try await request.storage.rows(
    .init("file_content", filter: [.eq("file", key)], shape: .inline(.fields("id", "blob"))))
  let steps: [StorageStep] =
    contents.map { .delete(collection: "file_content", filter: [.eq("$key", $0["id"])], expect: nil) }
    + [.delete(collection: "file", filter: [.eq("$key", key)], expect: nil)]
  guard try await request.storage.transact(steps).last?["count"].int == 1 else { throw HTTPCall.notFound("File") }
  for row in contents { try? await ContentSweep.removeBlob(row, request) }
  await ContentSweep(request).run()
  return ["status": 204]
}
