import Foundation
import JSONRPC
import PluginProtocol
import StorageConformance
import StorageSQLite
import TestSupport
import Testing

@Suite struct FileTests {
  let alice = DriverCaller.tenant(ConformanceWorld.alice)
  let project: [JSON] = [["op": "insert", "collection": "project", "values": ["name": "p"]]]

  @Test func `a backup is a whole database of its own`() async throws {
    let driver = try await EngineDriver()
    _ = try await driver.transact(project, as: alice)
    let copy = driver.directory.path + "/copy.db"
    let reply = try await driver.call("storage.backup", ["to": .string(copy)], as: .system)
    #expect(reply["bytes"].int == (try FileManager.default.attributesOfItem(atPath: copy)[.size] as? Int64))
    _ = try await driver.transact(project, as: alice)
    let restored = try StorageEngine(StorageConfig(path: copy)) { _ in }
    let bytes = try await restored.read(["op": "count", "collection": "project"], .init(tenant: ConformanceWorld.alice))
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"count":1}"#)
    #expect(await driver.failure("storage.backup", ["to": .string(copy)], as: .system)?.applicationCode == "exists")
  }

  @Test func `health says which engine answers`() async throws {
    let health = try await EngineDriver().call("storage.health", [:], as: .system)
    #expect(health["ok"] == true)
    #expect(health["engine"] == "sqlite")
    #expect(health["version"].string?.hasPrefix("3.") == true)
  }

  @Test func `a file of a newer version, of another program or damaged is refused`() async throws {
    let driver = try await EngineDriver()
    let path = driver.directory.path
    func problem(_ name: String, _ make: (SQLiteConnection) throws -> Void) throws -> String? {
      let file = "\(path)/\(name).db"
      try make(SQLiteConnection(path: file, mode: .write))
      return #expect(throws: DatabaseFile.Problem.self) { try StorageEngine(StorageConfig(path: file)) { _ in } }?.message
    }
    let newer = try problem("newer") { connection in
      try connection.execute("PRAGMA application_id = 1214871141")
      try connection.execute("PRAGMA user_version = 99")
    }
    #expect(newer?.contains("newer version (format 99") == true, "\(newer ?? "")")
    let other = try problem("other") { try $0.execute("CREATE TABLE theirs (x)") }
    #expect(other?.contains("another program") == true, "\(other ?? "")")
    let text = "\(path)/text.db"
    try String(repeating: "no database ", count: 1000).write(toFile: text, atomically: true, encoding: .utf8)
    let damaged = #expect(throws: DatabaseFile.Problem.self) { try StorageEngine(StorageConfig(path: text)) { _ in } }
    #expect(damaged?.message.contains("not a database") == true, "\(damaged?.message ?? "")")
    let nowhere = #expect(throws: DatabaseFile.Problem.self) { try StorageEngine(StorageConfig(path: "/proc/none/x.db")) { _ in } }
    #expect(nowhere?.message.contains("/proc/none") == true)
  }

  @Test(
    arguments: [
      (["path": 5], "config.path"), (["readers": 0], "config.readers"), (["group_limit": "x"], "config.group_limit"),
      (["pth": "x"], "config.pth"),
      (["path": "$STATE/x.db"], "config.path"),
    ] as [(JSONObject, String)]) func `a wrong key is named`(config: JSONObject, name: String)
  {
    let problem = #expect(throws: StorageConfig.Problem.self) {
      try StorageConfig(config, paths: name == "config.path" ? [:] : ["state": "/s"])
    }
    #expect(problem?.message.hasPrefix(name) == true)
  }

  @Test func `the default file lies in the state directory`() throws {
    let config = try StorageConfig(["readers": 3], paths: ["state": "/var/lib/x"])
    #expect(config.path == "/var/lib/x/hivecore.db")
    #expect(config.readers == 3)
  }

  /// Needs root for its own small file system.
  @Test(.enabled(if: getuid() == 0)) func `a full disk acknowledges nothing and the rest stays whole`() async throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "full-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try #require(try await run("/bin/mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place) == 0)
    defer { unsafe umount2(place, Int32(MNT_DETACH)) }
    let engine = try StorageEngine(StorageConfig(path: place + "/small.db")) { _ in }
    _ = try await engine.migrate(["collections": .array(ConformanceWorld.collections.map(\.json))])
    let caller = StorageEngine.Caller(tenant: ConformanceWorld.alice)
    let params: JSON = [
      "steps": [
        ["op": "insert", "collection": "setting", "values": ["name": "x", "value": .string(String(repeating: "x", count: 50_000))]]
      ]
    ]
    var acknowledged = 0
    var failure: RPCError?
    for index in 0..<100 {
      var step = params["steps"][0].object ?? [:]
      step["values"] = ["name": .string("n\(index)"), "value": params["steps"][0]["values"]["value"]]
      do {
        _ = try await engine.transact(["steps": [.object(step)]], bytes: 50_000, caller)
        acknowledged += 1
      } catch {
        failure = error
        break
      }
    }
    #expect(failure?.applicationCode == "storage_full", "\(failure?.message ?? "100 rows of 50 kB fit into 2 MB")")
    let count = try await engine.read(["op": "count", "collection": "setting"], caller)
    #expect(String(decoding: count, as: UTF8.self) == "{\"count\":\(acknowledged)}")
    try #require(try await run("/bin/mount", "-o", "remount,size=8m", place) == 0)
    _ = try await engine.transact(
      ["steps": [["op": "delete", "collection": "setting", "filter": [["name", "ne", ""]]]]], bytes: 10, caller)
  }

  private func run(_ program: String, _ arguments: String...) async throws -> Int32 {
    try await RunningProcess.run(program: URL(filePath: program), arguments: arguments).code
  }
}
