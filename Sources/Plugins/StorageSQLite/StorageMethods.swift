import JSONRPC
import PluginKit
import PluginProtocol

/// The methods of the capability `storage`.
enum StorageMethods {
  static let specs: [MethodSpec] = [
    MethodSpec("storage.migrate", "Brings the tables in line with the collections.", idempotent: true, timeoutMilliseconds: 600_000),
    MethodSpec("storage.read", "Reads rows in a shape.", idempotent: true),
    MethodSpec("storage.transact", "Runs steps, all or nothing.", idempotent: true, mutating: true),
    MethodSpec("storage.lease", "Takes jobs, waiting for them.", timeoutMilliseconds: 600_000),
    MethodSpec("storage.renew", "Makes a lease longer.", idempotent: true),
    MethodSpec("storage.release", "Gives a lease up.", idempotent: true),
    MethodSpec("storage.job", "Shows a job and its lease.", idempotent: true),
    MethodSpec("storage.events", "Lists events after a number.", idempotent: true),
    MethodSpec("storage.backup", "Writes a copy of the database.", timeoutMilliseconds: 3_600_000),
    MethodSpec("storage.health", "Says whether the database answers.", idempotent: true, timeoutMilliseconds: 5_000),
  ]

  static func table(_ engine: EngineBox) -> [Method] {
    [
      .raw("storage.migrate") { request in try await engine.get().migrate(request.params) },
      .raw("storage.read", atOnce: { request in readAtOnce(engine, request) }) { request in
        try await engine.get().read(request.params, request.caller)
      },
      .raw("storage.transact") { request in
        let count = request.paramsBytes.count
        return count > inlineByteLimit ? try await transactElsewhere(engine, request, count) : try await transact(engine, request, count)
      },
      .raw("storage.lease") { request in try await engine.get().lease(request.params) },
      .raw("storage.renew") { request in try await engine.get().renew(request.params) },
      .raw("storage.release") { request in try await engine.get().release(request.params) },
      .raw("storage.job") { request in try await engine.get().job(request.params) },
      .raw("storage.events") { request in try await engine.get().events(request.params, request.caller) },
      .raw("storage.backup") { request in try await engine.get().backup(request.params) },
      .raw("storage.health") { _ in try await engine.get().health() },
    ]
  }

  private static func readAtOnce(_ engine: EngineBox, _ request: Request) -> [UInt8]? {
    let bytes = request.paramsBytes
    guard bytes.count <= BriefReader.paramsByteLimit, let params = try? JSON(parsing: bytes), let engine = try? engine.get() else {
      return nil
    }
    return engine.readAtOnce(params, request.caller)
  }

  /// Longer params are read off the event loop, which has pings to answer.
  private static let inlineByteLimit = 65_536

  @concurrent
  private static func transactElsewhere(_ engine: EngineBox, _ request: Request, _ count: Int) async throws -> [UInt8] {
    try await transact(engine, request, count)
  }

  private static func transact(_ engine: EngineBox, _ request: Request, _ count: Int) async throws -> [UInt8] {
    try await engine.get().transact(request.params, bytes: count, request.caller)
  }
}

extension Request {
  /// Whom the host says this call is for.
  fileprivate var caller: StorageEngine.Caller {
    StorageEngine.Caller(
      tenant: meta.tenant, isSystem: meta.system, operationID: meta.operationID, principal: meta.principal,
      collections: meta.collections)
  }
}
