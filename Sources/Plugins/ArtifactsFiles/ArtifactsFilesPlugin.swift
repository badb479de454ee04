import JSONRPC
import NIOFileSystem
import PluginKit
import PluginProtocol

/// Blobs in a folder of this machine.
@main
struct ArtifactsFilesPlugin: Plugin {
  static let name = "hivecore-artifacts-files"
  static let version = "1.0.0"

  static let contributions = PluginDescription(
    provides: ["blobs"],
    methods: [
      MethodSpec("blobs.put", "Stores the bytes that follow.", idempotent: true, timeoutMilliseconds: 1_800_000),
      MethodSpec(
        "blobs.get", "Streams the bytes, from an offset and of a length if so asked.", idempotent: true, timeoutMilliseconds: 1_800_000),
      MethodSpec("blobs.delete", "Removes a blob.", idempotent: true),
      MethodSpec("blobs.url", "A link to fetch it from, or null.", idempotent: true),
    ], config: [ConfigKeySpec("max_bytes", "integer", default: .int(defaultLimit), "The largest blob, in bytes.")])

  private static let defaultLimit: Int64 = 1 << 30
  private let store: BlobStore

  init(start: PluginStart) async throws {
    guard let state = start.paths["state"] else {
      throw PluginExit.configuration("artifacts-files needs write = [\"$STATE\"] in its manifest")
    }
    let limit = start.config["max_bytes"]?.int ?? Self.defaultLimit
    guard limit > 0 else { throw PluginExit.configuration("config.max_bytes must be positive") }
    store = BlobStore(root: FilePath(state).appending("blobs"), byteLimit: limit)
  }

  func ready() async throws { try await store.prepare() }

  var methods: [Method] {
    [
      Method("blobs.put") { request in
        let params = try request.params
        let type = params["content_type"].string ?? "application/octet-stream"
        return try await store.put(try place(request), contentType: type, request.body).json
      },
      Method("blobs.get") { request in
        let params = try request.params
        let offset = params["offset"].int ?? 0
        guard offset >= 0, params["length"].int ?? 0 >= 0 else { throw RPCError(.invalidParams, "offset and length must not be negative") }
        return try await store.get(try place(request), offset: offset, length: params["length"].int) { try await request.send($0) }.json
      },
      Method("blobs.delete") { request in ["deleted": .bool(try await store.delete(try place(request)))] },
      // A folder has no address of its own: the gateway serves the bytes.
      Method("blobs.url") { _ in ["url": .null] },
    ]
  }

  private func place(_ request: Request) throws -> BlobPlace {
    guard let tenant = request.meta.tenant else { throw RPCError(.denied, "blobs belong to a tenant") }
    guard let key = try request.params["key"].string else { throw RPCError(.invalidParams, "key is required") }
    return try BlobPlace(tenant: tenant, key: key)
  }
}
