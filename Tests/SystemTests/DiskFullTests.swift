import Foundation
import Glibc
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// The database's disk fills up.
  @Suite struct DiskFullTests {
    @Test(.enabled(if: geteuid() == 0, "only root may mount a small disk"))
    func `a full disk refuses writes, loses none that was acknowledged, and is over when there is room`() async throws {
      let data = try HostProcess.makeDirectory()
      let state = data.appending(path: "state/storage-sqlite")
      try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
      guard try await mount("-t", "tmpfs", "-o", "size=12m", "tmpfs", state.path) else {
        print("a small disk cannot be mounted here: nothing was tested")
        return
      }
      let house = try await House.open(data: data)
      do {
        try await fill(house, state)
      } catch {
        print(house.host.logText.suffix(8_000))
        await close(house, state)
        throw error
      }
      await close(house, state)
    }

    private func fill(_ house: House, _ state: URL) async throws {
      let conversation = try await house.api.post("/api/v1/conversations/", ["title": "disk"])["id"].int ?? 0
      var acknowledged: [String] = []
      var refusal: API.Answer?
      for number in 1...1_000 where refusal == nil {
        let answer = try await write(number, conversation, house.api)
        if answer.status == 201 { acknowledged.append("row-\(number)") } else { refusal = answer }
      }
      let refused = try #require(refusal, "the disk never filled")
      #expect(acknowledged.count > 10)
      #expect(refused.status >= 500 && refused.json["code"] == "storage_full", "\(refused.status) \(refused.text)")
      let page = try await house.api.send(.get, "/api/v1/messages/?conversation=\(conversation)&page_size=1")
      #expect(page.status == 200, "what is there can be read")
      try #require(try await mount("-o", "remount,size=96m", state.path))
      try await eventually("a write to be accepted again", within: .seconds(30)) {
        guard try await write(5_000, conversation, house.api).status == 201 else { return nil as Bool? }
        return true
      }
      let stored = try await house.api.rows("/api/v1/messages/?conversation=\(conversation)").compactMap { row in
        row["content"].string.map { String($0.prefix { $0 != " " }) }
      }
      #expect(Set(stored).isSuperset(of: acknowledged), "no acknowledged row is missing")
      #expect(stored.count == Set(stored).count, "none is there twice")
      #expect(try await house.host.plugin("storage-sqlite")["restarts"] == 0)
    }

    private func write(_ number: Int, _ conversation: Int64, _ api: API) async throws -> API.Answer {
      let content = "row-\(number) " + String(repeating: "x", count: 30_000)
      return try await api.send(
        .post, "/api/v1/messages/", ["conversation": .int(conversation), "type": "user", "content": .string(content)])
    }

    private func mount(_ arguments: String...) async throws -> Bool {
      try await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: ["mount"] + arguments).code == 0
    }

    private func close(_ house: House, _ state: URL) async {
      house.host.terminate()
      _ = await house.host.waitUntilExit()
      _ = try? await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: ["umount", state.path])
      try? FileManager.default.removeItem(at: house.host.data)
    }
  }
}
